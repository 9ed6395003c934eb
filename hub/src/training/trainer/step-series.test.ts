import { describe, expect, test } from 'vitest';
import type { JobMetricsUpdate } from '../../store/job-metrics-store.ts';
import { MOST_STEPS, StepSeries } from './step-series.ts';

function series(from = { step: 1, epoch: 1 }) {
  const updates: JobMetricsUpdate[] = [];
  let nowMs = 0;
  const made = new StepSeries({ from, report: (update) => updates.push(update), nowMs: () => nowMs });
  const add = (step: number, count: number): void => {
    nowMs += 10 * count;
    const losses = Float32Array.from({ length: count }, (_, at) => step + at);
    made.addSteps({ step, epoch: 1, losses, learningRates: [...losses].fill(0.1), samples: 32 * count });
  };
  return { updates, add, made };
}

/** The steps that are known at the end, as the hub would keep them. */
function kept(updates: readonly JobMetricsUpdate[]): number[] {
  const steps = new Set<number>();
  for (const update of updates) {
    for (const step of steps) if (step % update.stride !== 0) steps.delete(step);
    for (const { step } of update.steps) steps.add(step);
  }
  return [...steps];
}

describe('the figures of steps', () => {
  test('are all told while there are few, with rows per second', () => {
    const { updates, add } = series();
    add(1, 4);
    add(5, 4);
    expect(updates[0]).toEqual({ from: { step: 1, epoch: 1 }, stride: 1, steps: [], epochs: [] });
    expect(updates[1]?.steps.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(updates[2]?.steps[0]).toEqual({ step: 5, epoch: 1, loss: 5, learningRate: 0.1, samplesPerSecond: 3_200 });
  });

  test('are thinned so that there are never many, evenly over all steps', () => {
    const { updates, add } = series();
    for (let step = 1; step <= 20_000; step += 16) add(step, 16);
    const steps = kept(updates);
    expect(steps.length).toBeLessThanOrEqual(MOST_STEPS);
    expect(steps.length).toBeGreaterThan(MOST_STEPS / 2);
    expect(new Set(steps.map((step, at) => step / (at + 1)))).toEqual(new Set([32]));
  });

  test('are the same ones however many steps a run makes, and from wherever an attempt goes on', () => {
    const one = series();
    for (let step = 1; step <= 3_000; step++) one.add(step, 1);
    const many = series();
    for (let step = 1; step <= 1_500; step += 5) many.add(step, 5);
    const later = series({ step: 1_501, epoch: 1 });
    for (let step = 1_501; step <= 3_000; step += 5) later.add(step, 5);
    expect(kept([...many.updates, ...later.updates])).toEqual(kept(one.updates));
  });
});
