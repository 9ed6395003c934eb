import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkBitmap, ProtocolUsageError } from './index.ts';

const chunkCounts = [0, 1, 7, 8, 9, 64, 1000];

test('remembers the chunks that are there', () => {
  const bitmap = new ChunkBitmap(10);
  bitmap.set(0);
  bitmap.set(9);
  bitmap.set(9);
  expect([bitmap.has(0), bitmap.has(1), bitmap.has(9)]).toEqual([true, false, true]);
  expect(bitmap.missing()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(bitmap.complete).toBe(false);
});

test('writes the least significant bit first', () => {
  const bitmap = new ChunkBitmap(10);
  for (const index of [0, 2, 8]) bitmap.set(index);
  expect(bitmap.toBytes()).toEqual(Uint8Array.of(0b101, 0b1));
  expect(bitmap.toMissingBytes()).toEqual(Uint8Array.of(0b1111_1010, 0b10));
});

test('comes back from both of its forms', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (present) => {
      const bitmap = new ChunkBitmap(present.length);
      for (const [index, isThere] of present.entries()) if (isThere) bitmap.set(index);
      const missing = present.flatMap((isThere, index) => (isThere ? [] : [index]));
      expect(ChunkBitmap.fromBytes(bitmap.toBytes(), present.length).missing()).toEqual(missing);
      expect(ChunkBitmap.fromMissingBytes(bitmap.toMissingBytes(), present.length).missing()).toEqual(missing);
    }),
  );
});

for (const chunkCount of chunkCounts) {
  test(`is complete once all ${chunkCount} chunks are there`, () => {
    const bitmap = new ChunkBitmap(chunkCount);
    expect(bitmap.complete).toBe(chunkCount === 0);
    for (let index = 0; index < chunkCount; index++) bitmap.set(index);
    expect(bitmap.complete).toBe(true);
    expect(bitmap.toMissingBytes().every((byte) => byte === 0)).toBe(true);
  });
}

test('refuses bytes of another length and bits beyond the last chunk', () => {
  for (const bytes of [new Uint8Array(1), new Uint8Array(3), Uint8Array.of(0, 0b100)]) {
    const refused = expect.objectContaining({ code: 'MALFORMED_MESSAGE' });
    expect(() => ChunkBitmap.fromBytes(bytes, 10)).toThrow(refused);
    expect(() => ChunkBitmap.fromMissingBytes(bytes, 10)).toThrow(refused);
  }
});

test('refuses chunks outside the blob', () => {
  const bitmap = new ChunkBitmap(10);
  for (const index of [-1, 10, 0.5, Number.NaN]) {
    expect(() => bitmap.set(index)).toThrow(ProtocolUsageError);
    expect(() => bitmap.has(index)).toThrow(ProtocolUsageError);
  }
  expect(() => new ChunkBitmap(-1)).toThrow(ProtocolUsageError);
});
