import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint } from '../testing/decode-checkpoint.ts';
import { partsOf } from '../testing/parts-of.ts';
import {
  type Checkpoint,
  checkpointHeadBytes,
  checkpointOwner,
  encodeCheckpoint,
  readCheckpoint,
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
  test('comes back bit for bit, whatever its tensors hold and in whatever parts it comes', async () => {
    const tensors = fc.array(fc.record({ name: fc.string(), values: fc.float32Array({ maxLength: 20 }) }), {
      maxLength: 5,
    });
    const anything = fc.jsonValue({ noUnicodeString: false });
    await fc.assert(
      fc.asyncProperty(tensors, anything, fc.integer({ min: 1, max: 99 }), async (list, progress, partBytes) => {
        const back = await decodeCheckpoint(bytesOf({ jobId: 'job-1', progress, tensors: list }), partBytes);
        expect(JSON.stringify(back.progress)).toBe(JSON.stringify(progress));
        expect(back.tensors.map(({ name }) => name)).toEqual(list.map(({ name }) => name));
        for (const [at, { values }] of back.tensors.entries()) {
          const before = list[at]!.values;
          expect(bufferOf(values)).toEqual(bufferOf(before));
        }
      }),
    );
  });

  test('is sent without a copy of its tensors', () => {
    const values = new Float32Array(1_000);
    const pieces = encodeCheckpoint({ ...SMALL, tensors: [{ name: 'w', values }] });
    expect(pieces.some((piece) => piece.buffer === values.buffer)).toBe(true);
  });

  test('is read no further than its head when its values are not wanted', async () => {
    let isStopped = false;
    async function* parts() {
      try {
        yield* partsOf(bytesOf(SMALL), 200);
        throw new Error('read to the end');
      } finally {
        isStopped = true;
      }
    }
    expect(await readCheckpoint(parts(), () => 'of another network')).toBe('of another network');
    expect(isStopped).toBe(true);
  });

  test('is not taken for whole before its source says so', async () => {
    const cause = new Error('other bytes than expected');
    async function* parts() {
      yield bytesOf(SMALL);
      throw cause;
    }
    const arrays = [new Float32Array(3)];
    await expect(readCheckpoint(parts(), () => ({ arrays }))).rejects.toBe(cause);
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
    ['one with a head longer than any', Buffer.from('ELK2\xff\xff\xff\xff', 'latin1')],
  ] as const) {
    test(`is refused when it is ${what}`, async () => {
      await expect(decodeCheckpoint(bytes)).rejects.toMatchObject({ code: 'DATA_INVALID' });
    });
  }
});
