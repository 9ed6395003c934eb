import { imageOf, isCoded, type Table } from '../store/table.ts';

// MurmurHash3's 32-bit finalizer and mixing constants.
const MIX_1 = 0x85ebca6b;
const MIX_2 = 0xc2b2ae35;
const STEP = 0xe6546b64;

/** Two independent 32-bit hashes of every row. */
export interface RowHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * Hashes of what stands in each row: the same row has the same hash in every table with these columns, wherever it is.
 */
export function contentHashes(table: Table, seed = 0): RowHashes {
  return { high: hashRows(table, seed), low: hashRows(table, mix(seed ^ STEP)) };
}

/** A hash of a whole number; other seeds give others. */
export function hashNumber(value: number, seed: number): number {
  return combine(mix(seed), value);
}

function hashRows(table: Table, seed: number): Uint32Array {
  const hashes = new Uint32Array(table.rows).fill(mix(seed));
  const bits = new Uint32Array(2);
  const double = new Float64Array(bits.buffer);
  for (const column of table.columns) {
    const levelHashes = isCoded(column) ? column.levels.map((level) => hashText(level, seed)) : [];
    for (let row = 0; row < table.rows; row++) {
      const before = hashes[row] ?? 0;
      if (column.kind === 'number') {
        // Adding 0 turns -0 into 0, which is the same value.
        double[0] = (column.values[row] ?? Number.NaN) + 0;
        hashes[row] = combine(combine(before, bits[0] ?? 0), bits[1] ?? 0);
      } else if (column.kind === 'image') {
        hashes[row] = combine(before, hashBytes(imageOf(column, row), seed));
      } else {
        hashes[row] = combine(before, levelHashes[column.codes[row] ?? -1] ?? 0);
      }
    }
  }
  return hashes;
}

function hashText(text: string, seed: number): number {
  let hash = mix(seed + text.length + 1);
  for (let index = 0; index < text.length; index++) hash = combine(hash, text.charCodeAt(index));
  return hash;
}

function hashBytes(bytes: Uint8Array, seed: number): number {
  let hash = mix(seed + bytes.length + 1);
  for (let index = 0; index < bytes.length; index += 4) {
    const word =
      (bytes[index] ?? 0) |
      ((bytes[index + 1] ?? 0) << 8) |
      ((bytes[index + 2] ?? 0) << 16) |
      ((bytes[index + 3] ?? 0) << 24);
    hash = combine(hash, word);
  }
  return hash;
}

function combine(hash: number, value: number): number {
  return mix(Math.imul(hash, 5) + STEP + value);
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), MIX_1);
  hash = Math.imul(hash ^ (hash >>> 13), MIX_2);
  return (hash ^ (hash >>> 16)) >>> 0;
}
