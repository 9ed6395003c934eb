import { describe, expect, it } from 'vitest';
import { memoryStore } from '../testing/hub-rig.ts';
import type { EpochFigures, JobMetricsUpdate, StepFigures } from './job-metrics-store.ts';

const step = (at: number, loss = 1 / at): StepFigures => ({
  ...{ step: at, epoch: 1, loss, learningRate: 0.01, samplesPerSecond: 100 },
});
const epoch = (at: number): EpochFigures => ({
  ...{ epoch: at, trainLoss: 1, validationLoss: 1, validationAccuracy: 0.5, validationBalancedAccuracy: 0.4 },
});

async function metrics() {
  const store = await memoryStore();
  const add = (update: Partial<JobMetricsUpdate>) =>
    store.transaction((within) => within.jobMetrics.add('job-1', { stride: 1, steps: [], epochs: [], ...update }));
  const kept = async () => {
    const { steps, epochs } = await store.jobMetrics.list('job-1');
    return [steps.map((figures) => figures.step), epochs.map((figures) => figures.epoch)];
  };
  return { store, add, kept };
}

describe('the figures of a job', () => {
  it('come back in order, and telling them twice changes nothing', async () => {
    const { add, kept, store } = await metrics();
    await add({ steps: [step(2), step(10), step(9)], epochs: [epoch(1)] });
    await add({ steps: [step(2), step(10), step(9)], epochs: [epoch(1)] });
    expect(await kept()).toEqual([[2, 9, 10], [1]]);
    expect((await store.jobMetrics.list('job-1')).epochs).toEqual([epoch(1)]);
    expect(await store.jobMetrics.list('job-2')).toEqual({ steps: [], epochs: [] });
  });

  it('are forgotten from where a later attempt goes on', async () => {
    const { add, kept, store } = await metrics();
    await add({ steps: [step(1), step(2), step(3)], epochs: [epoch(1), epoch(2)] });
    await add({ from: { step: 2, epoch: 2 }, steps: [step(2, 7)] });
    expect(await kept()).toEqual([[1, 2], [1]]);
    expect((await store.jobMetrics.list('job-1')).steps[1]?.loss).toBe(7);
  });

  it('are thinned when there are too many steps, and epochs are not', async () => {
    const { add, kept } = await metrics();
    await add({ steps: [step(1), step(2), step(3), step(4)], epochs: [epoch(1), epoch(3)] });
    await add({ stride: 2, steps: [step(6)] });
    expect(await kept()).toEqual([
      [2, 4, 6],
      [1, 3],
    ]);
  });
});
