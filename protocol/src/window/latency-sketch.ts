import { ProtocolUsageError } from '../errors.ts';
import type { LatencySketch } from '../generated/messages.ts';

/** Relative error of any quantile of any latency sketch, however often merged. */
export const LATENCY_RELATIVE_ACCURACY = 0.01;

// Below 0.1 us a latency is a clock that did not move; above 11 days, one that jumped. Together they bound the
// buckets of a sketch: ln(1e9 / 1e-4) / ln(gamma) < 1,500.
const SMALLEST_MS = 1e-4;
const LARGEST_MS = 1e9;

/** The bucket of the smallest latency that is not counted as 0, and of the largest. */
export const LATENCY_BUCKETS: { readonly first: number; readonly last: number } = {
  first: bucketOf(SMALLEST_MS),
  last: bucketOf(LARGEST_MS),
};

/**
 * Collects latencies into a DDSketch: bucket i counts values in (gamma^(i-1), gamma^i], gamma = (1 + a) / (1 - a)
 * for relative accuracy a. Sketches merge exactly because equal values always share a bucket.
 *
 * @see Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (2019)
 */
export class LatencyRecorder {
  readonly #buckets = new Map<number, number>();
  #zeroCount = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;
  #sumMs = 0;

  /** Takes one latency, in milliseconds. @throws ProtocolUsageError INVALID_INPUT for NaN and negative ones */
  add(latencyMs: number): void {
    if (!(latencyMs >= 0)) {
      throw new ProtocolUsageError('INVALID_INPUT', `latencyMs must be a number from 0, got ${latencyMs}`);
    }
    const boundedMs = Math.min(latencyMs, LARGEST_MS);
    this.#minMs = Math.min(this.#minMs, boundedMs);
    this.#maxMs = Math.max(this.#maxMs, boundedMs);
    this.#sumMs += boundedMs;
    if (boundedMs < SMALLEST_MS) {
      this.#zeroCount += 1;
      return;
    }
    const bucket = bucketOf(boundedMs);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
  }

  /** The sketch so far. Equal latencies give equal bytes. */
  sketch(): LatencySketch {
    const indexes = [...this.#buckets.keys()].sort((a, b) => a - b);
    const offset = indexes[0] ?? 0;
    const counts: number[] = new Array((indexes.at(-1) ?? offset - 1) - offset + 1).fill(0);
    for (const [index, count] of this.#buckets) counts[index - offset] = count;
    return {
      relativeAccuracy: LATENCY_RELATIVE_ACCURACY,
      zeroCount: this.#zeroCount,
      offset,
      counts,
      minMs: Number.isFinite(this.#minMs) ? this.#minMs : 0,
      maxMs: this.#maxMs,
      sumMs: this.#sumMs,
    };
  }
}

/** How many latencies the sketch holds. */
export function latencyCount(sketch: LatencySketch): number {
  return sketch.counts.reduce((sum, count) => sum + count, sketch.zeroCount);
}

/**
 * The sketch of both sets of latencies, in either order.
 *
 * @throws ProtocolUsageError WINDOWS_NOT_MERGEABLE when their buckets differ
 */
export function mergeLatencySketches(a: LatencySketch, b: LatencySketch): LatencySketch {
  if (latencyCount(a) === 0) return { ...b, counts: [...b.counts] };
  if (latencyCount(b) === 0) return { ...a, counts: [...a.counts] };
  if (a.relativeAccuracy !== b.relativeAccuracy) {
    const got = `${a.relativeAccuracy} and ${b.relativeAccuracy}`;
    throw new ProtocolUsageError('WINDOWS_NOT_MERGEABLE', `latency sketches need one relative accuracy, got ${got}`);
  }
  return {
    relativeAccuracy: a.relativeAccuracy,
    zeroCount: a.zeroCount + b.zeroCount,
    ...mergeBuckets(a, b),
    minMs: Math.min(a.minMs, b.minMs),
    maxMs: Math.max(a.maxMs, b.maxMs),
    sumMs: a.sumMs + b.sumMs,
  };
}

/**
 * The latency that a share `q` of all latencies does not exceed, in milliseconds, within the sketch's relative
 * accuracy; undefined when the sketch is empty.
 *
 * @param q from 0 to 1
 */
export function latencyQuantile(sketch: LatencySketch, q: number): number | undefined {
  if (!(q >= 0 && q <= 1)) throw new ProtocolUsageError('INVALID_INPUT', `q must be from 0 to 1, got ${q}`);
  const total = latencyCount(sketch);
  if (total === 0) return undefined;
  const rank = Math.floor(q * (total - 1));
  let seen = sketch.zeroCount;
  if (rank < seen) return sketch.minMs;
  const gamma = Math.exp(logGamma(sketch.relativeAccuracy));
  for (const [place, count] of sketch.counts.entries()) {
    seen += count;
    if (rank >= seen) continue;
    const estimateMs = (2 * gamma ** (sketch.offset + place)) / (gamma + 1);
    return Math.min(Math.max(estimateMs, sketch.minMs), sketch.maxMs);
  }
  return sketch.maxMs;
}

function mergeBuckets(a: LatencySketch, b: LatencySketch): Pick<LatencySketch, 'offset' | 'counts'> {
  if (a.counts.length === 0) return { offset: b.offset, counts: [...b.counts] };
  if (b.counts.length === 0) return { offset: a.offset, counts: [...a.counts] };
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.counts.length, b.offset + b.counts.length);
  const counts: number[] = new Array(end - offset).fill(0);
  for (const sketch of [a, b]) {
    for (const [place, count] of sketch.counts.entries()) {
      const index = sketch.offset - offset + place;
      counts[index] = (counts[index] ?? 0) + count;
    }
  }
  return { offset, counts };
}

function bucketOf(latencyMs: number): number {
  return Math.ceil(Math.log(latencyMs) / logGamma(LATENCY_RELATIVE_ACCURACY));
}

function logGamma(relativeAccuracy: number): number {
  return Math.log((1 + relativeAccuracy) / (1 - relativeAccuracy));
}
