import type { EntryCoding } from './entry-coding.ts';
import { readEntry } from './read-entry.ts';

/**
 * What travels for a run of bytes, in parts that each have statistics of their own.
 *
 * @param old at least as long as `fresh`; not read for literals
 * @param fresh a multiple of the width
 */
export function encodeEntries(coding: EntryCoding, old: Uint8Array, fresh: Uint8Array): Uint8Array[] {
  if (coding.method === 'copy') return [];
  if (coding.bits < 8) return packedSteps(coding.bits, old, fresh);
  if (coding.method === 'difference' && coding.width > 1) return foldedSteps(coding, old, fresh);
  return Array.from({ length: coding.width }, (_, plane) => planeOf(coding, old, fresh, plane));
}

function planeOf({ method, width }: EntryCoding, old: Uint8Array, fresh: Uint8Array, plane: number): Uint8Array {
  const coded = new Uint8Array(fresh.length / width);
  for (let entry = 0, at = plane; entry < coded.length; entry += 1, at += width) {
    const now = fresh[at] ?? 0;
    if (method === 'literal') coded[entry] = now;
    else coded[entry] = method === 'xor' ? now ^ (old[at] ?? 0) : now - (old[at] ?? 0);
  }
  return coded;
}

function foldedSteps({ width }: EntryCoding, old: Uint8Array, fresh: Uint8Array): Uint8Array[] {
  const count = fresh.length / width;
  const planes = Array.from({ length: width }, () => new Uint8Array(count));
  const unused = 32 - 8 * width;
  for (let entry = 0; entry < count; entry += 1) {
    const step = ((readEntry(fresh, entry, width) - readEntry(old, entry, width)) << unused) >> unused;
    const folded = (step << 1) ^ (step >> 31);
    for (const [plane, bytes] of planes.entries()) bytes[entry] = folded >>> (8 * plane);
  }
  return planes;
}

// A symbol is step + half, or all ones for a step that follows as a whole byte.
function packedSteps(bits: number, old: Uint8Array, fresh: Uint8Array): Uint8Array[] {
  const perByte = 8 / bits;
  const half = 2 ** (bits - 1) - 1;
  const packed = new Uint8Array(Math.ceil(fresh.length / perByte));
  const large = new Uint8Array(fresh.length);
  let largeCount = 0;
  for (let entry = 0; entry < fresh.length; entry += 1) {
    const step = (((fresh[entry] ?? 0) - (old[entry] ?? 0)) << 24) >> 24;
    const isSmall = step >= -half && step <= half;
    if (!isSmall) {
      large[largeCount] = step;
      largeCount += 1;
    }
    const at = Math.floor(entry / perByte);
    packed[at] = (packed[at] ?? 0) | ((isSmall ? step + half : 2 * half + 1) << (bits * (entry % perByte)));
  }
  return [packed, large.subarray(0, largeCount)];
}
