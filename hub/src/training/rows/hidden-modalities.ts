import type { PreparedPart } from '../preparation/preparation.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { RowChange } from './batches.ts';

/** Values of a prepared row from `start` up to, but not including, `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Hides kinds of data of rows at random, so that a model learns to do without: a row then looks as if its table, a
 * text, image or window were missing. One of them always stays.
 *
 * @see Neverova et al., ModDrop: adaptive multi-modal gesture recognition, section 4.3
 */
export class HiddenModalities implements RowChange {
  readonly #stretches: readonly (readonly Stretch[])[];
  readonly #missing: Float32Array;
  readonly #share: number;

  /**
   * @param parts with `presence` as the last
   * @param missing a prepared row of which everything is missing
   * @param share chance that a kind of data of a row is hidden
   */
  constructor(parts: readonly PreparedPart[], missing: Float32Array, share: number) {
    this.#stretches = modalities(parts);
    this.#missing = missing;
    this.#share = share;
  }

  copy(values: Float32Array, start: number, dealt: Float32Array, target: number, salt: number): void {
    const size = this.#missing.length;
    dealt.set(values.subarray(start, start + size), target);
    const random = new SeededRandom(salt);
    const kept = Math.floor(random.next() * this.#stretches.length);
    for (const [at, stretches] of this.#stretches.entries()) {
      const isHidden = random.next() < this.#share && at !== kept;
      if (!isHidden) continue;
      for (const stretch of stretches)
        dealt.set(this.#missing.subarray(stretch.start, stretch.end), target + stretch.start);
    }
  }
}

/** Where each kind of data lies, with its entry of `presence`. */
function modalities(parts: readonly PreparedPart[]): Stretch[][] {
  const places = new Map<string, Stretch[]>();
  let start = 0;
  for (const { name, kind, dims } of parts) {
    const size = dims.reduce((product, length) => product * length, 1);
    const end = start + size;
    if (name === PRESENCE) {
      for (const [at, own] of [...places.values()].entries()) own.push({ start: start + at, end: start + at + 1 });
    } else {
      const modality = kind === 'values' || kind === 'codes' ? 'table' : name;
      places.set(modality, [...(places.get(modality) ?? []), { start, end }]);
    }
    start = end;
  }
  return [...places.values()];
}

/** Name of the part that says what is there. */
export const PRESENCE = 'presence';
