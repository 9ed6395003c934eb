import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Checkpoint,
  checkpointHeadBytes,
  checkpointOwner,
  decodeCheckpoint,
  encodeCheckpoint,
} from './checkpoint-codec.ts';

const bytesOf = (checkpoint: Checkpoint): Uint8Array => new Uint8Array(Buffer.concat(encodeCheckpoint(checkpoint)));

const bufferOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

const SMALL: Checkpoint = {
  jobId: 'job-1',
  progress: { epoch: 3, note: 'grün' },
  tensors: [{ name: 'w', values: Float32Array.of(1, -0, 1e-38) }],
};

describe('a checkpoint', () => {
  test('comes back bit for bit, whatever its tensors hold', () => {
    const tensors = fc.array(fc.record({ name: fc.string(), values: fc.float32Array({ maxLength: 20 }) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(tensors, fc.jsonValue({ noUnicodeString: false }), (list, progress) => {
        const back = decodeCheckpoint(bytesOf({ jobId: 'job-1', progress, tensors: list }));
        expect(JSON.stringify(back.progress)).toBe(JSON.stringify(progress));
        expect(back.tensors.map(({ name }) => name)).toEqual(list.map(({ name }) => name));
        for (const [at, { values }] of back.tensors.entries()) {
          const before = list[at]!.values;
          expect(bufferOf(values)).toEqual(bufferOf(before));
        }
      }),
    );
  });

  test('is read from a part of a larger buffer as well', () => {
    const bytes = Buffer.concat([Buffer.alloc(3), ...encodeCheckpoint(SMALL)]);
    expect(decodeCheckpoint(bytes.subarray(3))).toEqual(SMALL);
  });

  test('is sent without a copy of its tensors', () => {
    const values = new Float32Array(1_000);
    const pieces = encodeCheckpoint({ ...SMALL, tensors: [{ name: 'w', values }] });
    expect(pieces.some((piece) => piece.buffer === values.buffer)).toBe(true);
  });

  test('is read without a copy of its tensors, each of which lies as memory of its own would', () => {
    const names = ['a', 'of another length', 'c'];
    const bytes = bytesOf({ ...SMALL, tensors: names.map((name) => ({ name, values: new Float32Array(3) })) });
    for (const { values } of decodeCheckpoint(bytes).tensors) {
      expect(values.buffer).toBe(bytes.buffer);
      expect(values.byteOffset % 16).toBe(0);
    }
  });

  test('names its job at the start', () => {
    const bytes = bytesOf(SMALL);
    const size = checkpointHeadBytes(bytes.subarray(0, 8));
    expect(checkpointOwner(bytes.subarray(0, size))).toBe('job-1');
  });

  for (const [what, bytes] of [
    ['other bytes', Buffer.from('ELT1 something else')],
    ['nothing', Buffer.alloc(0)],
    ['half a head', bytesOf(SMALL).subarray(0, 20)],
    ['cut off', bytesOf(SMALL).subarray(0, -8)],
  ] as const) {
    test(`is refused when it is ${what}`, () => {
      expect(() => decodeCheckpoint(bytes)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }));
    });
  }
});
