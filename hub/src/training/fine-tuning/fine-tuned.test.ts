import { decodeTensor, float32, GraphBuilder, liftConstants, type Model, readModel, writeModel } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { measure } from '../../evaluation/metrics.ts';
import { predictRows } from '../../predict-rows.ts';
import type { ClassMetrics } from '../../store/metrics/metrics.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import { type RecipeInput, RecipeSchema } from '../../store/recipe/recipe.ts';
import { stripedImages } from '../../testing/striped-images.ts';
import { textDirectionModel } from '../../testing/text-direction.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { SeededRandom } from '../seeded-random.ts';
import { trainModel } from '../train-model.ts';
import { fineTuned } from './fine-tuned.ts';
import { tableRows } from './table-rows.ts';

const ENGINE = new OrtEngine();
const SIZE = 16;
const [TRAIN, VALIDATION, TEST] = [
  stripedImages(300, SIZE, 1),
  stripedImages(100, SIZE, 2),
  stripedImages(200, SIZE, 3),
];

function recipeOf(changes: RecipeInput = {}) {
  return RecipeSchema.parse({
    ...{ family: 'fine-tune', from: { model: 'direction' }, image: { height: SIZE, width: SIZE } },
    ...{ input: { height: 48, width: 48 }, epochs: 15, batchSize: 32, learningRate: 0.02, trainable: 'head' },
    ...changes,
  });
}

async function networkOf(changes: RecipeInput = {}) {
  const input = { base: textDirectionModel(), recipe: recipeOf(changes), train: tableRows(TRAIN), engine: ENGINE };
  return fineTuned({ ...input, random: new SeededRandom(1) });
}

async function trained(changes: RecipeInput = {}) {
  const base = textDirectionModel();
  const rows = { train: TRAIN, validation: VALIDATION };
  const input = { ...rows, base, recipe: recipeOf(changes), seed: 1, engine: ENGINE };
  return trainModel({ ...input, nowMs: () => performance.now() });
}

function valuesOf(model: Model, name: string) {
  return decodeTensor(model.graph.initializer.find((proto) => proto.name === name)!).data;
}

async function predictions(model: Uint8Array, rows: ModelRows) {
  const runner = await ENGINE.open(model);
  const found = await predictRows(runner, rows, 'classification');
  await runner.close();
  return found;
}

async function accuracyOf(model: Uint8Array, rows: ModelRows): Promise<number> {
  return (measure(await predictions(model, rows), rows.target) as ClassMetrics).accuracy;
}

describe('a new head on a real model', () => {
  test('learns another task, over features that are computed once', async () => {
    const { core, preparedDims, trainable } = await networkOf();
    expect(core.graph.node.map(({ opType }) => opType)).toEqual(['Gemm']);
    expect([preparedDims, trainable]).toEqual([[200], ['head_weight', 'head_bias']]);
    const { model, signature } = await trained();
    // A third by chance; directions of strokes are what this model was made for.
    expect(await accuracyOf(writeModel(model), TEST)).toBeGreaterThan(0.95);
    expect(signature.inputs[0]).toMatchObject({ name: 'features', dims: [-1, SIZE * SIZE] });
    expect(model.graph.output.map(({ name }) => name)).toEqual(['logits', 'probabilities', 'class_index']);
  });

  test('gives the same bytes for the same seed', async () => {
    const bytes = async () => Buffer.from(writeModel((await trained({ epochs: 2 })).model)).toString('base64');
    expect(await bytes()).toBe(await bytes());
  });

  test('leaves what is in front of it as it was, without layers that only training needs', async () => {
    const { model } = await trained({ epochs: 1 });
    expect(model.graph.node.some(({ opType }) => opType === 'BatchNormalization')).toBe(false);
    const base = liftConstants(readModel(textDirectionModel()));
    // A convolution without a normalization behind it.
    expect(valuesOf(model, 'conv2d_3.w_0')).toEqual(valuesOf(base, 'conv2d_3.w_0'));
  });
});

test('a head that is a convolution, behind channels that come last and a batch of one, makes way too', async () => {
  const graph = new GraphBuilder();
  const image = graph.node('Transpose', [graph.input('image', 'float32', [1, 8, 8, 3])], { perm: [0, 3, 1, 2] });
  const random = new SeededRandom(4);
  const filters = (name: string, dims: number[]): string => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return graph.initializer(
      name,
      float32(
        Float32Array.from({ length: count }, () => random.next() - 0.5),
        dims,
      ),
    );
  };
  const maps = graph.node('Relu', [graph.node('Conv', [image, filters('first', [8, 3, 3, 3])])]);
  const scores = graph.node('Conv', [maps, filters('last', [5, 8, 1, 1])], {}, { name: 'last' });
  const flat = graph.node('Flatten', [graph.node('GlobalAveragePool', [scores])]);
  graph.node('Softmax', [flat], {}, { outputs: ['y'] });
  const base = writeModel(graph.output('y', 'float32', [1, 5]).build());
  const recipe = recipeOf({ input: undefined, trainable: 'first', epochs: 2 });
  const rows = { train: TRAIN, validation: VALIDATION };
  const { model, curve } = await trainModel({ ...rows, base, recipe, seed: 1, engine: ENGINE, nowMs: () => 0 });
  expect(curve.at(-1)!.trainLoss).toBeLessThan(curve[0]!.trainLoss);
  expect((await predictions(writeModel(model), TEST)).rows).toBe(TEST.rows);
});

describe('weights that learn on', () => {
  test('are those that the pattern names, and what stands in front of them is frozen and folded', async () => {
    const { core, preparation, preparedDims, trainable } = await networkOf({ trainable: 'conv2d_5?.w_0' });
    expect(trainable).toEqual(['head_weight', 'head_bias', 'conv2d_50.w_0', 'conv2d_51.w_0', 'conv2d_52.w_0']);
    expect(preparation.graph.node.filter(({ opType }) => opType === 'Conv').length).toBeGreaterThan(40);
    expect(core.graph.node.filter(({ opType }) => opType === 'Conv').length).toBeLessThan(10);
    expect(preparedDims).toHaveLength(3);
  });

  test('change, and only they do', async () => {
    const { model } = await trained({ trainable: '/^conv2d_50/', epochs: 2, learningRate: 0.005 });
    const base = liftConstants(readModel(textDirectionModel()));
    for (const name of ['conv2d_50.w_0', 'conv2d_50.b_0']) {
      expect(valuesOf(model, name)).not.toEqual(valuesOf(base, name));
    }
    expect(valuesOf(model, 'conv2d_3.w_0')).toEqual(valuesOf(base, 'conv2d_3.w_0'));
  });

  test('are all of them where that is asked for, and then nothing but the raw input is computed once', async () => {
    const { preparation, trainable } = await networkOf({ trainable: 'all' });
    expect(trainable!.length).toBeGreaterThan(100);
    expect(preparation.graph.node.every(({ opType }) => opType !== 'Conv')).toBe(true);
    const { model, curve } = await trained({ trainable: 'all', epochs: 3, learningRate: 0.003 });
    expect(curve.at(-1)!.trainLoss).toBeLessThan(curve[0]!.trainLoss);
    expect(await accuracyOf(writeModel(model), TEST)).toBeGreaterThan(0.8);
  });
});

test('a model that the hub made is trained further like any other', async () => {
  const first = readModel(writeModel((await trained({ epochs: 3 })).model));
  const recipe = recipeOf({ image: undefined, input: undefined, epochs: 5 });
  const again = await trainModel({
    ...{ base: writeModel(first), recipe, train: TRAIN, validation: VALIDATION, seed: 1, engine: ENGINE },
    nowMs: () => performance.now(),
  });
  expect(await accuracyOf(writeModel(again.model), TEST)).toBeGreaterThan(0.9);
});
