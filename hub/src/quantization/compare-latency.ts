import type { GraphRunner } from '../graph-engine.ts';
import type { FeedSource } from './feed-source.ts';

/** Time of one row on one thread. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Times of a form and of another one, measured in turn. */
export interface LatencyComparison {
  readonly form: Latency;
  readonly other: Latency;
  /** Median over the rounds of the form's time as a share of the other's. */
  readonly share: number;
  /** 99 % interval of that median: what chance and the rest of the machine leave open. */
  readonly low: number;
  readonly high: number;
}

export interface ComparedRunners {
  readonly form: GraphRunner;
  readonly other: GraphRunner;
}

export interface LatencyOptions {
  /** With fractions of a millisecond. */
  readonly nowMs: () => number;
  /** The share that decides: rounds are repeated until it lies outside the interval. */
  readonly limitShare: number;
  /** No round begins later. @default 5 s */
  readonly timeLimitMs?: number | undefined;
}

const WARM_UP_ROUNDS = 10;
/** Rounds until the first look; as many again until each further one. */
const ROUNDS = 30;
const MOST_ROUNDS = 1_200;
/** Large models are timed in fewer rounds. */
const FEWEST_ROUNDS = 12;
const DEFAULT_TIME_LIMIT_MS = 5_000;
/** Normal quantile of a 99 % interval: the look is repeated, so 95 % would be too few. */
const Z_99 = 2.576;

/**
 * Times two forms of a model, one row each in turn and first in turn, so that whatever else the machine does falls on
 * both alike.
 */
export async function compareLatency(
  runners: ComparedRunners,
  source: FeedSource,
  { nowMs, limitShare, timeLimitMs = DEFAULT_TIME_LIMIT_MS }: LatencyOptions,
): Promise<LatencyComparison> {
  const times = { form: [] as number[], other: [] as number[] };
  const beginMs = nowMs();
  for (let round = 0; round < WARM_UP_ROUNDS + MOST_ROUNDS; round++) {
    const isLate = nowMs() - beginMs > timeLimitMs;
    const timed = times.form.length;
    if (isLate && timed >= FEWEST_ROUNDS) break;
    if (timed > 0 && timed % ROUNDS === 0 && isDecided(times, limitShare)) break;
    const order = round % 2 === 0 ? (['form', 'other'] as const) : (['other', 'form'] as const);
    const feeds = source.feeds(round % source.rows, 1);
    const isWarm = round >= WARM_UP_ROUNDS || isLate;
    for (const which of order) {
      const startMs = nowMs();
      await runners[which].run(feeds);
      if (isWarm) times[which].push(nowMs() - startMs);
    }
  }
  return { form: latencyOf(times.form), other: latencyOf(times.other), ...shareOf(times) };
}

interface Times {
  readonly form: readonly number[];
  readonly other: readonly number[];
}

function isDecided(times: Times, limitShare: number): boolean {
  const { low, high } = shareOf(times);
  return low > limitShare || high < limitShare;
}

/** Median of the rounds' ratios with bounds by their ranks, which no distribution is assumed for. */
function shareOf({ form, other }: Times): Pick<LatencyComparison, 'share' | 'low' | 'high'> {
  const ratios = form.map((time, round) => ratio(time, other[round] ?? 0)).sort((first, second) => first - second);
  const middle = (ratios.length - 1) / 2;
  const reach = (Z_99 * Math.sqrt(ratios.length)) / 2;
  const at = (rank: number): number => ratios[Math.max(0, Math.min(ratios.length - 1, Math.round(rank)))] ?? 1;
  return { share: at(middle), low: at(Math.floor(middle - reach)), high: at(Math.ceil(middle + reach)) };
}

// A clock that stands still tells nothing of either.
function ratio(time: number, other: number): number {
  if (other > 0) return time / other;
  return time > 0 ? Number.POSITIVE_INFINITY : 1;
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((first, second) => first - second);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}
