import { encodeEntries } from './encode-entries.ts';
import { ENTRY_CODINGS, type EntryCoding } from './entry-coding.ts';
import type { ElementWidth } from './tensor-spans.ts';

/** Entries that are looked at, in blocks spread evenly: enough for a histogram of bytes. */
const SAMPLE_BLOCKS = 16;
const BLOCK_ENTRIES = 1024;

/**
 * The way to tell `fresh` that costs the fewest bits, by the entropy of a sample of what would travel.
 *
 * @param old as long as `fresh`
 */
export function cheapestCoding(old: Uint8Array, fresh: Uint8Array, width: ElementWidth): EntryCoding {
  const ranges = sampleRanges(fresh.length, width);
  const sample = (bytes: Uint8Array): Uint8Array =>
    Buffer.concat(ranges.map(([start, end]) => bytes.subarray(start, end)));
  const [before, now] = [sample(old), sample(fresh)];
  let best: EntryCoding = { method: 'literal', width, bits: 8 };
  let least = Number.POSITIVE_INFINITY;
  for (const coding of ENTRY_CODINGS) {
    if (coding.method === 'copy' || coding.width !== width) continue;
    const bits = encodeEntries(coding, before, now).reduce((sum, part) => sum + entropyBits(part), 0);
    if (bits < least) [best, least] = [coding, bits];
  }
  return best;
}

function sampleRanges(length: number, width: ElementWidth): [start: number, end: number][] {
  const block = BLOCK_ENTRIES * width;
  if (length <= SAMPLE_BLOCKS * block) return [[0, length]];
  const entries = length / width - BLOCK_ENTRIES;
  return Array.from({ length: SAMPLE_BLOCKS }, (_, index) => {
    const start = width * Math.floor((index * entries) / (SAMPLE_BLOCKS - 1));
    return [start, start + block];
  });
}

/** Shannon's bound for bytes that are told one by one. */
function entropyBits(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits += count * Math.log2(bytes.length / count);
  return bits;
}
