import type { GraphRunner } from '../graph-engine.ts';
import { rowFeeds } from '../row-feeds.ts';
import type { ModelRows } from '../store/model-rows.ts';

/** Time of one row on one thread. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const WARM_UP_ROUNDS = 50;
const ROUNDS = 400;
/** Large models are timed in fewer rounds: enough for a 95th percentile. */
const FEWEST_ROUNDS = 40;
const TIMED_LIMIT_MS = 10_000;

/**
 * Times several forms of a model, one row each in turn, so that whatever else the machine does falls on all alike.
 *
 * @param nowMs with fractions of a millisecond
 */
export async function measureLatency(
  runners: readonly GraphRunner[],
  rows: ModelRows,
  nowMs: () => number,
): Promise<readonly Latency[]> {
  const times = runners.map(() => [] as number[]);
  const beginMs = nowMs();
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    if (round >= WARM_UP_ROUNDS + FEWEST_ROUNDS && nowMs() - beginMs > TIMED_LIMIT_MS) break;
    const feeds = rowFeeds(rows, round % rows.rows, 1);
    for (const [index, runner] of runners.entries()) {
      const startMs = nowMs();
      await runner.run(feeds);
      if (round >= WARM_UP_ROUNDS) times[index]?.push(nowMs() - startMs);
    }
  }
  return times.map((taken) => {
    taken.sort((a, b) => a - b);
    return { p50Ms: taken[Math.floor(0.5 * taken.length)] ?? 0, p95Ms: taken[Math.floor(0.95 * taken.length)] ?? 0 };
  });
}
