import { describe, expect, test } from 'vitest';
import { checkModel } from '../inspect/check-model.ts';
import { float32, int64 } from '../tensor/tensor.ts';
import { denseNetwork } from '../testing/dense-network.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { buildTrainingGraph } from './build-training-graph.ts';
import type { TrainingOptions } from './training-graph.ts';

const ROWS = 6;
const FEATURES = 5;
const forward = denseNetwork({ sizes: [FEATURES, 8, 7, 3], seed: 2 });
const options: TrainingOptions = {
  loss: { kind: 'softmax-cross-entropy', output: 'logits', rowWeights: true },
  clipNorm: 1,
  averageDecay: 0.9,
};

function batches(count: number) {
  const random = seededRandom(11);
  return {
    features: randomFloat32(random, [count, ROWS, FEATURES], 2),
    labels: int64(
      Array.from({ length: count * ROWS }, (_, row) => (row * 7) % 3),
      [count, ROWS],
    ),
    row_weights: float32(
      Array.from({ length: count * ROWS }, (_, row) => 1 + (row % 2)),
      [count, ROWS],
    ),
  };
}

function slice(feeds: ReturnType<typeof batches>, from: number, to: number) {
  const { features, labels, row_weights: weights } = feeds;
  return {
    features: float32(features.data.slice(from * ROWS * FEATURES, to * ROWS * FEATURES), [to - from, ROWS, FEATURES]),
    labels: int64(labels.data.slice(from * ROWS, to * ROWS), [to - from, ROWS]),
    row_weights: float32(weights.data.slice(from * ROWS, to * ROWS), [to - from, ROWS]),
  };
}

describe('a training graph with several steps per run', () => {
  test('gives the bits of single steps, also when a run has fewer', async () => {
    const rates = [0.01, 0.02, 0.03, 0.01, 0.005, 0.01, 0.01];
    const feeds = batches(rates.length);
    const single = await TrainingRun.start(buildTrainingGraph(forward, options));
    const losses: number[] = [];
    for (const [step, rate] of rates.entries()) {
      const { features, labels, row_weights: weights } = slice(feeds, step, step + 1);
      const one = {
        features: float32(features.data, [ROWS, FEATURES]),
        labels: int64(labels.data),
        row_weights: float32(weights.data),
      };
      losses.push(await single.step(one, rate));
    }
    const many = await TrainingRun.start(buildTrainingGraph(forward, { ...options, stepsPerRun: 4 }));
    const first = await many.steps(slice(feeds, 0, 4), rates.slice(0, 4));
    const rest = await many.steps(slice(feeds, 4, 7), rates.slice(4));
    expect([...first, ...rest]).toEqual(losses);
    expect(many.state()).toEqual(single.state());
  });

  test('is one Scan with the names of a single step', () => {
    const single = buildTrainingGraph(forward, options);
    const many = buildTrainingGraph(forward, { ...options, stepsPerRun: 4 });
    expect(many.model.graph.node.map(({ opType }) => opType)).toEqual(['Scan']);
    expect(checkModel(many.model)).toEqual([]);
    expect({ ...many, model: undefined }).toEqual({ ...single, model: undefined, stepsPerRun: 4 });
  });

  test('needs a whole number of steps', () => {
    for (const stepsPerRun of [0, -1, 1.5, Number.NaN]) {
      expect(() => buildTrainingGraph(forward, { ...options, stepsPerRun })).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      );
    }
  });
});
