import fc from 'fast-check';
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
