import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../../format/messages.ts';
import { writeModel } from '../../../format/write-model.ts';
import { GraphBuilder } from '../../../graph/graph-builder.ts';
import { checkModel } from '../../../inspect/check-model.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { float32, int64 } from '../../../tensor/tensor.ts';
import { denseNetwork } from '../../../testing/dense-network.ts';
import { randomFloat32, seededRandom } from '../../../testing/random-tensors.ts';
import { accuracy, clusteredRows, probabilitiesOf, trainedNetwork } from '../../../testing/trained-network.ts';
import { TrainingRun } from '../../../testing/training-run.ts';
import { applyState } from '../../../training/apply-state.ts';
import { buildTrainingGraph } from '../../../training/build-training-graph.ts';
import { trainableParameters } from '../../../training/trainable-parameters.ts';
import { pruneWeights } from './prune-weights.ts';
import { maskWeights, withoutMasks } from './weight-masks.ts';

function weightOf(model: Model, name: string): Float32Array {
  return inferTypes(model).constants.get(name)!.data as Float32Array;
}

const zerosOf = (values: Float32Array): number[] => [...values.keys()].filter((at) => values[at] === 0);

describe('pruning of weights', () => {
  test('sets the smallest ones of each layer to 0, and leaves small layers alone', () => {
    const model = denseNetwork({ sizes: [8, 32, 16, 4] });
    const { model: pruned, masks } = pruneWeights(model, { sparsity: 0.5 });
    expect([...masks.keys()]).toEqual(['w0', 'w1']);
    for (const [name, mask] of masks) {
      const [before, after] = [weightOf(model, name), weightOf(pruned, name)];
      expect(zerosOf(after)).toHaveLength(before.length / 2);
      const left = before.filter((_, at) => mask[at] === 0).map(Math.abs);
      const kept = after.filter((_, at) => mask[at] === 1).map(Math.abs);
      expect(Math.max(...left)).toBeLessThanOrEqual(Math.min(...kept));
    }
    expect(weightOf(pruned, 'w2')).toEqual(weightOf(model, 'w2'));
  });

  test('takes as many of equal weights as it was asked for', () => {
    const graph = new GraphBuilder();
    graph.input('x', 'float32', ['batch', 4]);
    graph.initializer('w', float32(new Float32Array(12).fill(-1), [4, 3]));
    graph.output(graph.node('MatMul', ['x', 'w']), 'float32', ['batch', 3]);
    const { masks } = pruneWeights(graph.build(), { sparsity: 0.3, leastEntries: 1 });
    expect([...masks.get('w')!]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  test('leaves out nodes that it is told to, and convolutions of single channels', () => {
    const graph = new GraphBuilder();
    const random = seededRandom(1);
    graph.input('x', 'float32', ['batch', 32, 8, 8]);
    graph.initializer('depthwise', randomFloat32(random, [32, 1, 3, 3]));
    graph.initializer('pointwise', randomFloat32(random, [16, 32, 1, 1]));
    graph.initializer('last', randomFloat32(random, [16, 16, 1, 1]));
    const spread = graph.node('Conv', ['x', 'depthwise'], { group: 32 });
    const mixed = graph.node('Conv', [spread, 'pointwise']);
    graph.output(graph.node('Conv', [mixed, 'last'], {}, { name: 'kept' }), 'float32');
    const { masks } = pruneWeights(graph.build(), { sparsity: 0.5, exclude: ['kept'] });
    expect([...masks.keys()]).toEqual(['pointwise']);
  });

  test('refuses shares that are none', () => {
    const model = denseNetwork({ sizes: [8, 4] });
    for (const sparsity of [-0.1, 1, Number.NaN]) {
      expect(() => pruneWeights(model, { sparsity })).toThrow(/sparsity must be at least 0 and below 1, got/);
    }
  });
});

describe('masks of weights', () => {
  const loss = { kind: 'softmax-cross-entropy', output: 'logits' } as const;
  const adamw = { kind: 'adamw', weightDecay: 0.1 } as const;

  test.each([
    ['adam', { kind: 'adam' } as const],
    ['adamw', adamw],
    ['sgd', { kind: 'sgd', momentum: 0.9 } as const],
  ])('keep zeros exactly 0 while the rest learns, with %s', async (_, optimizer) => {
    const { model, heldOut } = await trainedNetwork([32, 32], 60);
    const { model: pruned, masks } = pruneWeights(model, { sparsity: 0.75 });
    const masked = maskWeights(pruned, masks);
    expect(checkModel(masked)).toEqual([]);
    expect(trainableParameters(masked)).toEqual(trainableParameters(model));
    const run = await TrainingRun.start(buildTrainingGraph(masked, { loss, optimizer }));
    const { features, labels } = clusteredRows(256, 1);
    for (let step = 0; step < 60; step++) await run.step({ features, labels: int64(labels) }, 0.005);
    const tuned = withoutMasks(applyState(masked, run.state()));
    expect(tuned.graph.node.map(({ opType }) => opType)).toEqual(model.graph.node.map(({ opType }) => opType));
    for (const [name, mask] of masks) {
      const values = weightOf(tuned, name);
      expect(values.filter((__, at) => mask[at] === 0).every((entry) => entry === 0)).toBe(true);
      expect(values).not.toEqual(weightOf(pruned, name));
    }
    const [before, after] = [await probabilitiesOf(pruned, heldOut), await probabilitiesOf(tuned, heldOut)];
    expect(accuracy(after, heldOut.labels)).toBeGreaterThanOrEqual(accuracy(before, heldOut.labels));
  });

  test('change nothing of what a pruned model says', async () => {
    const { model, heldOut } = await trainedNetwork([32], 20);
    const { model: pruned, masks } = pruneWeights(model, { sparsity: 0.5 });
    const masked = maskWeights(pruned, masks);
    const expected = await probabilitiesOf(pruned, heldOut);
    expect(await probabilitiesOf(masked, heldOut)).toEqual(expected);
    expect(await probabilitiesOf(withoutMasks(masked), heldOut)).toEqual(expected);
    expect(withoutMasks(model)).toBe(model);
  });

  test('have to fit their weights', () => {
    const model = denseNetwork({ sizes: [8, 4] });
    expect(() => maskWeights(model, new Map([['nothing', new Uint8Array(4)]]))).toThrow(
      /must be a float32 initializer/,
    );
    expect(() => maskWeights(model, new Map([['w0', new Uint8Array(4)]]))).toThrow(/must have 32 entries, got 4/);
  });

  test('half of the weights as zeros take less than two thirds of the compressed file', async () => {
    const { model } = await trainedNetwork([64, 64], 40);
    const { model: pruned } = pruneWeights(model, { sparsity: 0.5 });
    const [before, after] = [model, pruned].map((entry) => brotliCompressSync(writeModel(entry)).length);
    expect(after! / before!).toBeLessThan(0.67);
  });
});
