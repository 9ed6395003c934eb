import { describe, expect, test } from 'vitest';
import {
  type BlobRef,
  checkBlobRef,
  chunkRange,
  DEFAULT_CHUNK_BYTES,
  describeBlob,
  digestFromHex,
  digestHex,
  ProtocolUsageError,
  sha256Hex,
  verifyBlob,
  verifyChunk,
} from './index.ts';

const bytes = Uint8Array.from({ length: 10 }, (_, index) => index);
const ref = describeBlob(bytes, 4);

describe('describeBlob', () => {
  test('digests the whole and every chunk', () => {
    expect(ref).toMatchObject({ sizeBytes: 10, chunkBytes: 4 });
    expect(digestHex(ref)).toBe(sha256Hex(bytes));
    expect(ref.chunkDigests.map((digest) => digestHex(digest))).toEqual([
      sha256Hex(bytes.subarray(0, 4)),
      sha256Hex(bytes.subarray(4, 8)),
      sha256Hex(bytes.subarray(8)),
    ]);
  });

  test('gives an empty blob no chunks and a full last chunk no empty one after it', () => {
    // SHA-256 of nothing, FIPS 180-4 example
    expect(digestHex(describeBlob(new Uint8Array()))).toMatch(/^e3b0c44298fc1c149afbf4c8996fb924/);
    expect(describeBlob(new Uint8Array()).chunkDigests).toEqual([]);
    expect(describeBlob(new Uint8Array(DEFAULT_CHUNK_BYTES)).chunkDigests).toHaveLength(1);
  });

  test('refuses chunks of no size', () => {
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => describeBlob(bytes, size)).toThrow(ProtocolUsageError);
  });
});

describe('verifyChunk', () => {
  test('takes each chunk at its place', () => {
    for (const index of [0, 1, 2]) {
      const { offset, lengthBytes } = chunkRange(ref, index);
      verifyChunk(ref, index, bytes.subarray(offset, offset + lengthBytes));
    }
  });

  test('refuses a chunk that is short, long, altered, misplaced or not there', () => {
    const bad: [number, Uint8Array][] = [
      [0, bytes.subarray(0, 3)],
      [0, bytes.subarray(0, 5)],
      [2, bytes.subarray(6, 10)],
      [0, Uint8Array.of(0, 1, 2, 4)],
      [0, bytes.subarray(4, 8)],
      [3, new Uint8Array()],
      [-1, bytes.subarray(0, 4)],
      [0.5, bytes.subarray(0, 4)],
    ];
    for (const [index, data] of bad) {
      expect(() => verifyChunk(ref, index, data)).toThrow(expect.objectContaining({ code: 'CHUNK_INVALID' }));
    }
  });
});

describe('verifyBlob', () => {
  test('takes the whole blob and nothing else', () => {
    verifyBlob(ref, bytes);
    for (const other of [bytes.subarray(1), new Uint8Array(10)]) {
      expect(() => verifyBlob(ref, other)).toThrow(expect.objectContaining({ code: 'DIGEST_MISMATCH' }));
    }
  });
});

describe('checkBlobRef', () => {
  test('takes what describeBlob made', () => {
    for (const size of [0, 1, 4, 10]) checkBlobRef(describeBlob(bytes.subarray(0, size), 4));
  });

  const bad: [string, Partial<BlobRef>][] = [
    ['a short digest', { digest: new Uint8Array(31) }],
    ['a chunk size of 0', { chunkBytes: 0 }],
    ['too few chunk digests', { chunkDigests: ref.chunkDigests.slice(1) }],
    ['a huge size without the digests for it', { sizeBytes: 2 ** 40 }],
    ['a short chunk digest', { chunkDigests: [new Uint8Array(1), ...ref.chunkDigests.slice(1)] }],
  ];
  for (const [what, change] of bad) {
    test(`refuses ${what}`, () => {
      expect(() => checkBlobRef({ ...ref, ...change })).toThrow(expect.objectContaining({ code: 'MALFORMED_MESSAGE' }));
    });
  }
});

describe('digests as hex', () => {
  test('go there and back', () => {
    expect(digestFromHex(digestHex(ref))).toEqual(ref.digest);
  });

  test('are refused when they are no digest', () => {
    expect(() => digestHex(bytes)).toThrow(ProtocolUsageError);
    for (const hex of ['', 'ab', 'AB'.repeat(32)]) expect(() => digestFromHex(hex)).toThrow(ProtocolUsageError);
  });
});
