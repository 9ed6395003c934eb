import { describe, expect, test } from 'vitest';
import { columnRows, prepared } from '../../testing/prepared.ts';

function texts(values: readonly string[]): Parameters<typeof prepared>[0] {
  return columnRows(
    'text',
    ['note'],
    values.map((value) => [value]),
  );
}

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** @see Austin Appleby, MurmurHash3_x86_32, seed 0 */
function murmur3(text: string): number {
  const bytes = new TextEncoder().encode(text);
  const blocks = bytes.length >> 2;
  const mix = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
  const view = new DataView(bytes.buffer);
  let hash = 0;
  for (let block = 0; block < blocks; block++) {
    hash = (Math.imul(rotate(hash ^ mix(view.getUint32(block * 4, true)), 13), 5) + 0xe6546b64) | 0;
  }
  const tail = bytes.subarray(blocks * 4);
  if (tail.length > 0) hash ^= mix(tail.reduceRight((sum, byte) => (sum << 8) | byte, 0));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** h1 * 1,000,003 + h2, and so on, modulo 2^32; then the bucket, from 1 on. */
function idOf(words: readonly string[], buckets: number): number {
  const hash = words.map((word) => BigInt(murmur3(word))).reduce((sum, next) => (sum * 1_000_003n + next) % 2n ** 32n);
  return Number(hash % BigInt(buckets)) + 1;
}

function expectedIds(words: readonly string[], { length = 0, ngrams = 1, buckets = 1 }): number[] {
  const read = Math.floor(length / ngrams);
  return Array.from({ length: read * ngrams }, (_, index) => {
    const [end, n] = [Math.floor(index / ngrams), (index % ngrams) + 1];
    return end < words.length && end + 1 >= n ? idOf(words.slice(end + 1 - n, end + 1), buckets) : 0;
  });
}

const MAIL = 'Dear Größe 😀, you have WON ! claim your 漢字 prize'.split(' ');

describe('preparing texts as n-grams', () => {
  for (const ngrams of [1, 2, 3, 4]) {
    test(`every run of up to ${ngrams} words has the hash that it should have`, async () => {
      const settings = { tokens: 'ngrams', length: 24, ngrams, buckets: 1_000, split: 'spaces' } as const;
      const { rows, parts } = await prepared(texts([MAIL.join(' \n'), 'one', '', MAIL.slice(0, 3).join('\t')]), {
        text: settings,
      });
      const lower = MAIL.map((word) => word.toLowerCase());
      const expected = [lower, ['one'], [], lower.slice(0, 3)].map((words) => expectedIds(words, settings));
      expect(rows).toEqual(expected);
      expect(parts).toEqual([{ name: 'text', kind: 'tokens', dims: [24], levels: [1_001] }]);
    });
  }

  test('only as many words are read as fit, and length is a multiple of n', async () => {
    const settings = { tokens: 'ngrams', length: 7, ngrams: 2, buckets: 50 } as const;
    const { rows, dims } = await prepared(texts(['a b c d e f', 'a b c']), { text: settings });
    expect(dims).toEqual([6]);
    expect(rows[0]).toEqual(rows[1]);
    expect(Math.max(...rows.flat())).toBeLessThanOrEqual(50);
  });

  test('the order of words counts', async () => {
    const settings = { tokens: 'ngrams', length: 4 } as const;
    const { rows } = await prepared(texts(['not good', 'good not']), { text: settings });
    expect(rows[0]?.[3]).not.toBe(rows[1]?.[3]);
  });

  test('a text of 100 KB is read to the length', async () => {
    const { rows } = await prepared(texts(['spam '.repeat(20_000), '']), { text: { tokens: 'ngrams', length: 10 } });
    expect(rows[0]?.filter((id) => id > 0)).toHaveLength(9);
    expect(rows[1]).toEqual(new Array(10).fill(0));
  });
});
