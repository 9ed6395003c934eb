import { expect } from 'vitest';
import type { Model } from '../format/messages.ts';
import type { TensorOf } from '../tensor/tensor.ts';
import { buildTrainingGraph } from '../training/build-training-graph.ts';
import type { TrainingGraph, TrainingOptions } from '../training/training-graph.ts';
import { DeferredRun } from './deferred-run.ts';
import { TrainingRun } from './training-run.ts';

const STEPS = 4;
const RATE = 0.02;

export const CLASSIFICATION = { kind: 'softmax-cross-entropy', output: 'logits' } as const;

export interface Task {
  readonly model: Model;
  readonly feeds: Readonly<Record<string, TensorOf<'float32' | 'int64'>>>;
}

/**
 * Trains at once, and with weights of at least `from` entries updated in pieces of about `entries`; expects the same bits
 * of both, and returns the graph of the second way.
 */
export async function expectSameBits(
  task: Task,
  options: Omit<TrainingOptions, 'loss'>,
  from: number,
  entries: number,
): Promise<TrainingGraph> {
  const given = { loss: CLASSIFICATION, ...options };
  const whole = await TrainingRun.start(buildTrainingGraph(task.model, given));
  const graph = buildTrainingGraph(task.model, { ...given, deferredFrom: from });
  const pieces = await DeferredRun.start(graph, entries);
  for (let step = 0; step < STEPS; step++) {
    const rate = RATE * (step + 1);
    expect(await pieces.step(task.feeds, rate)).toBe(await whole.step(task.feeds, rate));
  }
  const [reached, expected] = [pieces.state(), whole.state()];
  expect([...reached.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [name, values] of expected) expect(reached.get(name), name).toEqual(values);
  return graph;
}
