import { describe, expect, test } from 'vitest';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import { MetricsOutbox } from './metrics-outbox.ts';

const step = (at: number) => ({ step: at, epoch: 1, loss: 1, learningRate: 0.1, samplesPerSecond: 1 });
const epoch = (at: number) => ({ epoch: at, trainLoss: 1, validationLoss: 1, validationAccuracy: 1 });

describe('figures that wait', () => {
  test('are sent together, once', async () => {
    const outbox = new MetricsOutbox();
    outbox.add({ from: { step: 1, epoch: 1 }, stride: 1, steps: [], epochs: [] });
    outbox.add({ stride: 1, steps: [step(1)], epochs: [] });
    outbox.add({ stride: 1, steps: [step(2)], epochs: [epoch(1)] });
    const sent: JobMetricsUpdate[] = [];
    const deliver = async (update: JobMetricsUpdate) => {
      sent.push(update);
    };
    await outbox.send(deliver);
    await outbox.send(deliver);
    expect(sent).toEqual([{ from: { step: 1, epoch: 1 }, stride: 1, steps: [step(1), step(2)], epochs: [epoch(1)] }]);
  });

  test('wait on when the hub is away, thinned, and keep what comes meanwhile', async () => {
    const outbox = new MetricsOutbox();
    outbox.add({ stride: 1, steps: [step(1), step(2)], epochs: [] });
    await expect(outbox.send(() => Promise.reject(new RangeError('away')))).rejects.toThrow('away');
    outbox.add({ stride: 2, steps: [step(4)], epochs: [] });
    const sent: number[][] = [];
    await outbox.send(async ({ steps }) => {
      if (sent.length === 0) outbox.add({ stride: 2, steps: [step(6)], epochs: [] });
      sent.push(steps.map((figures) => figures.step));
    });
    expect(sent).toEqual([[2, 4], [6]]);
  });

  test('do not overtake each other when two send at once', async () => {
    const outbox = new MetricsOutbox();
    outbox.add({ from: { step: 1, epoch: 1 }, stride: 1, steps: [step(1)], epochs: [] });
    const sent: (number | undefined)[][] = [];
    const deliver = async ({ from, steps }: JobMetricsUpdate) => {
      await Promise.resolve();
      sent.push([from?.step, ...steps.map((figures) => figures.step)]);
    };
    const first = outbox.send(deliver);
    outbox.add({ stride: 1, steps: [step(2)], epochs: [] });
    await Promise.all([first, outbox.send(deliver)]);
    expect(sent.flat().filter((at) => at !== undefined)).toEqual([1, 1, 2]);
  });

  test('go in several documents when they are many', async () => {
    const outbox = new MetricsOutbox();
    outbox.add({ stride: 1, steps: [], epochs: Array.from({ length: 4_100 }, (_, at) => epoch(at + 1)) });
    const sizes: number[] = [];
    await outbox.send(async ({ epochs }) => {
      sizes.push(epochs.length);
    });
    expect(sizes).toEqual([2_000, 2_000, 100]);
  });
});
