import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { onnx } from '#onnx';
import { OnnxError } from '../errors.ts';
import { OFFICIAL_MODEL } from '../testing/official-model.ts';
import { readModel } from './read-model.ts';

describe('readModel', () => {
  test('refuses no bytes', () => {
    expect(() => readModel(new Uint8Array())).toThrow(expect.objectContaining({ code: 'MODEL_EMPTY' }));
  });

  test('refuses bytes in another format', () => {
    const text = new TextEncoder().encode('{"model": "not ONNX"}');
    expect(() => readModel(text)).toThrow(expect.objectContaining({ code: 'MODEL_MALFORMED' }));
  });

  test('refuses what is nested deeper than the decoder goes, and says how deep that is', () => {
    const field = (number: number, body: Uint8Array): Uint8Array =>
      protobuf.Writer.create()
        .uint32((number << 3) | 2)
        .bytes(body)
        .finish();
    // Graph, node, attribute, graph, ...: fields 1, 5 and 6.
    let graph: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 40; depth++) graph = field(1, field(5, field(6, graph)));
    const bytes = Buffer.concat([Uint8Array.of(0x08, 8), field(7, graph)]);
    expect(() => readModel(bytes)).toThrow(
      expect.objectContaining({ code: 'MODEL_MALFORMED', message: expect.stringContaining('nested at most 100 deep') }),
    );
  });

  test('refuses a file without a graph', () => {
    const bytes = onnx.ModelProto.encode({ producerName: 'x' }).finish();
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: 'GRAPH_MISSING' }));
  });

  test('refuses a graph without IR version', () => {
    const bytes = onnx.ModelProto.encode({ graph: {} }).finish();
    expect(() => readModel(bytes)).toThrow(expect.objectContaining({ code: 'MODEL_MALFORMED' }));
  });

  test('refuses a file that ends early', () => {
    const half = OFFICIAL_MODEL.subarray(0, OFFICIAL_MODEL.length / 2);
    expect(() => readModel(half)).toThrow(expect.objectContaining({ code: 'MODEL_TRUNCATED' }));
  });

  test('throws nothing but its own errors for any damage', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(OFFICIAL_MODEL.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const bytes = Uint8Array.from(OFFICIAL_MODEL);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(OnnxError);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
