import { requireFinite, UNNAMED_VALUE } from './observed-range.ts';

/** Bins of one sign that hold values, by growing magnitude. */
export interface Bins {
  /** Magnitudes [bin] between which the values of a bin lie; the last one ends at the largest magnitude seen. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Values in the bin, [bin]. */
  readonly count: Float64Array;
}

/** Leading bits of a float32 that tell its bin: sign, exponent, and as many of the mantissa as there are below. */
const MANTISSA_BITS = 8;
const BINS_PER_OCTAVE = 2 ** MANTISSA_BITS;
const DROPPED_BITS = 23 - MANTISSA_BITS;
const OCTAVES = 256;

/**
 * Counts float32 values in bins that are 1/256 of an octave wide, so that the same numbers come out in whichever order
 * and portions values are added, and one huge outlier does not make the bins of all others coarse.
 *
 * Bins exist by octave, from its first value on: 2 KiB each, some 50 KiB for a typical activation, never more than 1 MiB.
 */
export class Histogram {
  readonly #value: string;
  /** By sign bit and exponent. */
  readonly #octaves: (Float64Array | undefined)[] = Array.from({ length: 2 * OCTAVES });
  #zeros = 0;
  #total = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(value: string = UNNAMED_VALUE) {
    this.#value = value;
  }

  /** Values that are exactly 0, which every quantization keeps. */
  get zeros(): number {
    return this.#zeros;
  }

  get total(): number {
    return this.#total;
  }

  /** Smallest value; Infinity before the first. */
  get min(): number {
    return this.#min;
  }

  /** Largest value; -Infinity before the first. */
  get max(): number {
    return this.#max;
  }

  /** Memory of the bins. */
  get sizeBytes(): number {
    return this.#octaves.filter(Boolean).length * BINS_PER_OCTAVE * Float64Array.BYTES_PER_ELEMENT;
  }

  /** @throws UsageError VALUE_NOT_FINITE */
  add(values: Float32Array): void {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const octaves = this.#octaves;
    let [min, max, zeros] = [this.#min, this.#max, 0];
    for (let at = 0; at < words.length; at++) {
      const word = words[at] as number;
      // Zero of either sign.
      if ((word & 0x7fffffff) === 0) {
        zeros++;
        continue;
      }
      const entry = values[at] as number;
      if (entry < min) min = entry;
      if (entry > max) max = entry;
      const octave = octaves[word >>> 23] ?? this.#newOctave(word >>> 23, entry, at);
      const bin = (word >>> DROPPED_BITS) & (BINS_PER_OCTAVE - 1);
      octave[bin] = (octave[bin] as number) + 1;
    }
    this.#min = zeros > 0 ? Math.min(min, 0) : min;
    this.#max = zeros > 0 ? Math.max(max, 0) : max;
    this.#zeros += zeros;
    this.#total += values.length;
  }

  /** What is known of the positive values. */
  positive(): Bins {
    return this.#bins(0, this.#max);
  }

  /** What is known of the negative values, by their magnitudes. */
  negative(): Bins {
    return this.#bins(OCTAVES, -this.#min);
  }

  // NaN and the infinities have an exponent of their own, which never gets bins.
  #newOctave(index: number, entry: number, at: number): Float64Array {
    requireFinite(this.#value, entry, at);
    const octave = new Float64Array(BINS_PER_OCTAVE);
    this.#octaves[index] = octave;
    return octave;
  }

  #bins(firstOctave: number, largest: number): Bins {
    const [low, high, count]: [number[], number[], number[]] = [[], [], []];
    for (let exponent = 0; exponent < OCTAVES; exponent++) {
      for (const [bin, values] of (this.#octaves[firstOctave + exponent] ?? []).entries()) {
        if (values === 0) continue;
        const index = exponent * BINS_PER_OCTAVE + bin;
        low.push(floatOf(index));
        high.push(Math.min(floatOf(index + 1), largest));
        count.push(values);
      }
    }
    return { low: Float64Array.from(low), high: Float64Array.from(high), count: Float64Array.from(count) };
  }
}

const WORD = new Uint32Array(1);
const FLOAT = new Float32Array(WORD.buffer);

/** Smallest magnitude of a bin. */
function floatOf(index: number): number {
  WORD[0] = index << DROPPED_BITS;
  return FLOAT[0] ?? 0;
}
