/** A run of bytes that old and new file have in common. */
export interface CommonRun {
  readonly source: number;
  readonly target: number;
  readonly length: number;
}

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes that must be equal before a copy pays. */
const WINDOW = 24;
/** The same where the copy goes on in step with what was told before, which takes fewer bytes to tell. */
const ALIGNED = 8;
/** Every so many bytes of the old file one window is remembered. */
const STEP = 8;
const MAX_REMEMBERED: number = 2 ** 20;
const FACTOR = 0x01000193;
/** FACTOR to the power of WINDOW, modulo 2^32: takes the oldest byte out of the sum. */
const OLDEST: number = Array.from({ length: WINDOW }).reduce<number>((power) => Math.imul(power, FACTOR), 1);

/**
 * Finds bytes of a new file in parts of an old one, by the sums of windows that roll over them.
 *
 * @see Karp and Rabin, Efficient randomized pattern-matching algorithms, 1987
 */
export class CopyFinder {
  readonly #old: Uint8Array;
  /** Window sum -> position + 1 in the old file, the last one with that place in the table. */
  readonly #table: Int32Array;

  constructor(old: Uint8Array, parts: readonly ByteRange[]) {
    this.#old = old;
    const total = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    const step = Math.max(STEP, Math.ceil(total / MAX_REMEMBERED));
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(2 + (2 * total) / step)));
    for (const { start, end } of parts) {
      for (let at = start; at + WINDOW <= end; at += step) this.#table[this.#slot(windowSum(old, at))] = at + 1;
    }
  }

  /**
   * Runs of a part of the new file that are in the old one, in order and apart.
   *
   * @param shift of the bytes before the part: where they are in the old file minus where they are in the new one
   */
  find(fresh: Uint8Array, { start, end }: ByteRange, shift: number): CommonRun[] {
    const runs: CommonRun[] = [];
    let [at, free, step] = [start, start, shift];
    let sum = nextSum(fresh, at, undefined, end);
    while (at + ALIGNED <= end) {
      const run = this.#alignedRun(fresh, at, step, end) ?? this.#knownRun(fresh, at, sum, { start: free, end });
      if (run) {
        runs.push(run);
        at = run.target + run.length;
        [free, step, sum] = [at, run.source - run.target, undefined];
      } else {
        at += 1;
      }
      sum = nextSum(fresh, at, sum, end);
    }
    return runs;
  }

  #alignedRun(fresh: Uint8Array, target: number, shift: number, end: number): CommonRun | undefined {
    const source = target + shift;
    const length = source < 0 ? 0 : this.#equalBytes(source, fresh, target, end);
    return length < ALIGNED ? undefined : { source, target, length };
  }

  #knownRun(fresh: Uint8Array, at: number, sum: number | undefined, part: ByteRange): CommonRun | undefined {
    const source = sum === undefined ? -1 : (this.#table[this.#slot(sum)] ?? 0) - 1;
    const length = source < 0 ? 0 : this.#equalBytes(source, fresh, at, part.end);
    if (length < WINDOW) return undefined;
    let before = 0;
    while (at - before > part.start && source > before && this.#old[source - before - 1] === fresh[at - before - 1]) {
      before += 1;
    }
    return { source: source - before, target: at - before, length: length + before };
  }

  #equalBytes(source: number, fresh: Uint8Array, target: number, end: number): number {
    const most = Math.min(end - target, this.#old.length - source);
    let length = 0;
    while (length < most && this.#old[source + length] === fresh[target + length]) length += 1;
    return length;
  }

  #slot(sum: number): number {
    // The high bits of a product depend on all bits of the sum.
    return (Math.imul(sum, 0x9e3779b1) >>> 0) % this.#table.length;
  }
}

function windowSum(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let index = at; index < at + WINDOW; index += 1) sum = (Math.imul(sum, FACTOR) + (bytes[index] ?? 0)) | 0;
  return sum;
}

/** Sum of the window at `at`, given that of the one before it or nothing; `undefined` where the part ends inside of it. */
function nextSum(bytes: Uint8Array, at: number, before: number | undefined, end: number): number | undefined {
  if (at + WINDOW > end) return undefined;
  if (before === undefined) return windowSum(bytes, at);
  return rolled(before, bytes[at - 1] ?? 0, bytes[at + WINDOW - 1] ?? 0);
}

function rolled(sum: number, oldest: number, next: number): number {
  return (Math.imul(sum, FACTOR) + next - Math.imul(oldest, OLDEST)) | 0;
}
