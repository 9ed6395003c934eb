import type { GraphRunner } from '../graph-engine.ts';
import { CLASSIFIER_VALUES } from '../predict-rows.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';

/** Time of one row on one thread. */
export interface Latency {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

const WARM_UP_ROUNDS = 50;
const ROUNDS = 400;

/**
 * Times several forms of a model, one row each in turn, so that whatever else the machine does falls on all alike.
 *
 * @param nowMs with fractions of a millisecond
 */
export async function measureLatency(
  runners: readonly GraphRunner[],
  rows: LabelledRows,
  nowMs: () => number,
): Promise<readonly Latency[]> {
  const features = rows.features.length;
  const times = runners.map(() => [] as number[]);
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const row = round % rows.rows;
    const data = rows.values.slice(row * features, (row + 1) * features);
    const feeds = { [CLASSIFIER_VALUES.features]: { type: 'float32' as const, dims: [1, features], data } };
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
