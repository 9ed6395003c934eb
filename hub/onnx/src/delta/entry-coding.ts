import type { ElementWidth } from './tensor-spans.ts';

/**
 * How a run of bytes of the new file is told.
 *
 * `copy`: as they are in the old file. `literal`: without it. `xor`: the bits that changed. `difference`: (new - old)
 * mod 2^(8 width); above one byte with the sign in the lowest bit, so that small steps down have zeros in front as small
 * steps up do. Entries of several bytes travel plane by plane: first the lowest byte of each, then the next of each, so
 * that the signs and exponents of floats that moved a little are a long run of zeros.
 */
export interface EntryCoding {
  readonly method: 'copy' | 'literal' | 'difference' | 'xor';
  readonly width: ElementWidth;
  /**
   * Bits that an entry takes: steps of int8 weights are nearly all -1, 0 and 1, and the code words of brotli have whole
   * bits, which four entries in a byte share. Larger steps travel behind them, a byte each. Below 8 only for differences
   * of bytes.
   */
  readonly bits: 2 | 4 | 8;
}

/** All codings that there are; a delta names them by their place. New ones go to the end. */
export const ENTRY_CODINGS: readonly EntryCoding[] = [
  { method: 'copy', width: 1, bits: 8 },
  ...([1, 2, 4, 8] as const).map((width): EntryCoding => ({ method: 'literal', width, bits: 8 })),
  ...([1, 2, 4, 8] as const).map((width): EntryCoding => ({ method: 'xor', width, bits: 8 })),
  ...([1, 2, 4] as const).map((width): EntryCoding => ({ method: 'difference', width, bits: 8 })),
  { method: 'difference', width: 1, bits: 4 },
  { method: 'difference', width: 1, bits: 2 },
];
