import type { ByteReader } from './byte-reader.ts';
import type { EntryCoding } from './entry-coding.ts';
import { readEntry } from './read-entry.ts';

/**
 * Takes what travelled for a run of bytes and writes them; false where less than that is left.
 *
 * @param old as long as `fresh`, empty for literals
 * @param fresh a multiple of the width
 */
export function decodeEntries(coding: EntryCoding, old: Uint8Array, payload: ByteReader, fresh: Uint8Array): boolean {
  if (coding.method === 'copy') {
    fresh.set(old);
    return true;
  }
  const coded = payload.take(Math.ceil((fresh.length * coding.bits) / 8));
  if (!coded) return false;
  if (coding.bits < 8) return unpackSteps(coding.bits, old, coded, payload, fresh);
  if (coding.method === 'difference' && coding.width > 1) unfoldSteps(coding, old, coded, fresh);
  else joinPlanes(coding, old, coded, fresh);
  return true;
}

function joinPlanes({ method, width }: EntryCoding, old: Uint8Array, coded: Uint8Array, fresh: Uint8Array): void {
  const count = fresh.length / width;
  for (let plane = 0; plane < width; plane += 1) {
    for (let entry = plane * count, at = plane; at < fresh.length; entry += 1, at += width) {
      const change = coded[entry] ?? 0;
      if (method === 'literal') fresh[at] = change;
      else fresh[at] = method === 'xor' ? change ^ (old[at] ?? 0) : change + (old[at] ?? 0);
    }
  }
}

function unfoldSteps({ width }: EntryCoding, old: Uint8Array, coded: Uint8Array, fresh: Uint8Array): void {
  const count = fresh.length / width;
  for (let entry = 0; entry < count; entry += 1) {
    let folded = 0;
    for (let plane = 0; plane < width; plane += 1) folded |= (coded[plane * count + entry] ?? 0) << (8 * plane);
    const value = readEntry(old, entry, width) + ((folded >>> 1) ^ -(folded & 1));
    for (let byte = 0; byte < width; byte += 1) fresh[entry * width + byte] = value >>> (8 * byte);
  }
}

function unpackSteps(
  bits: number,
  old: Uint8Array,
  packed: Uint8Array,
  payload: ByteReader,
  fresh: Uint8Array,
): boolean {
  const perByte = 8 / bits;
  const half = 2 ** (bits - 1) - 1;
  for (let entry = 0; entry < fresh.length; entry += 1) {
    const symbol = ((packed[Math.floor(entry / perByte)] ?? 0) >> (bits * (entry % perByte))) & (2 * half + 1);
    const step = symbol === 2 * half + 1 ? payload.byte() : symbol - half;
    if (step === undefined) return false;
    fresh[entry] = (old[entry] ?? 0) + step;
  }
  return true;
}
