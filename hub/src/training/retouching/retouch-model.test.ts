import { type Model, maskWeights, pruneWeights, trainableParameters, withoutMasks, writeModel } from '@edgeloop/onnx';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { measure } from '../../evaluation/metrics.ts';
import { predictRows } from '../../predict-rows.ts';
import { quality } from '../../store/metrics/metrics.ts';
import type { InputKind, ModelRows } from '../../store/model-rows.ts';
import { type RecipeInput, RecipeSchema } from '../../store/recipe/recipe.ts';
import { madeRows, withNumbers } from '../../testing/made-rows.ts';
import { OrtEngine } from '../../worker/ort/ort-engine.ts';
import { taskOf } from '../recipe/task-of.ts';
import { trainModel } from '../train-model.ts';
import { type RetouchInput, retouchModel } from './retouch-model.ts';

const ENGINE = new OrtEngine();
const COMMON = { seed: 1, engine: ENGINE, nowMs: () => performance.now() };

interface Case {
  readonly recipe: RecipeInput;
  readonly kinds: readonly InputKind[];
  readonly isNumber?: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  'a table': { recipe: { family: 'mlp', hidden: [8] }, kinds: ['numbers', 'categories', 'times'] },
  'a table of numbers as they are': {
    recipe: { family: 'logistic', preprocessing: { numbers: { scale: 'none' } } },
    kinds: ['numbers'],
  },
  images: { recipe: { family: 'cnn', hidden: [8], filters: [4, 8] }, kinds: ['image'] },
  'images, by depthwise convolutions': { recipe: { family: 'mobile-cnn', filters: [8, 16, 16] }, kinds: ['image'] },
  texts: {
    recipe: { family: 'text-cnn-lstm', recurrentUnits: 8, preprocessing: { text: { length: 12 } } },
    kinds: ['text'],
  },
  windows: {
    recipe: { family: 'sensor-gru', recurrentUnits: 12, hidden: [8], window: { size: 8 } },
    kinds: ['window'],
  },
  'several kinds of data': {
    recipe: { family: 'fusion', hidden: [8], filters: [4] },
    kinds: ['numbers', 'categories', 'text', 'image'],
  },
  'a number': {
    recipe: { family: 'mlp', task: 'regression', hidden: [8], loss: { kind: 'huber' } },
    kinds: ['numbers', 'categories'],
    isNumber: true,
  },
  anomalies: { recipe: { family: 'autoencoder', hidden: [4, 2] }, kinds: ['numbers', 'categories'] },
  'anomalies of windows': {
    recipe: { family: 'autoencoder', hidden: [8, 4], window: { size: 8 } },
    kinds: ['window'],
  },
};

interface Trained {
  readonly model: Model;
  readonly rows: ModelRows;
  readonly input: RetouchInput;
}

/** A model that has only begun to learn. */
async function trained({ recipe, kinds, isNumber }: Case): Promise<Trained> {
  const made = madeRows(kinds, 240, 1);
  const rows = isNumber ? withNumbers(made) : made;
  const parsed = RecipeSchema.parse({ epochs: 3, batchSize: 32, ...recipe });
  const { model } = await trainModel({ ...COMMON, recipe: parsed, train: rows, validation: rows });
  const input = { ...COMMON, model, recipe: parsed, train: rows, validation: rows, epochs: 4, learningRateShare: 1 };
  return { model, rows, input };
}

async function qualityOf(model: Model, rows: ModelRows, recipe: RecipeInput): Promise<number> {
  const runner = await ENGINE.open(writeModel(model));
  const predictions = await predictRows(runner, rows, taskOf(RecipeSchema.parse(recipe), rows.target));
  await runner.close();
  return quality(measure(predictions, rows.target));
}

function digestsOf({ graph }: Model): Map<string, string> {
  return new Map(graph.initializer.map((proto) => [proto.name ?? '', sha256Hex(proto.rawData ?? new Uint8Array())]));
}

describe('training a finished model further', () => {
  for (const [name, given] of Object.entries(CASES)) {
    test(`goes on where the training of ${name} ended, with the same graph`, async () => {
      const { model, rows, input } = await trained(given);
      const before = writeModel(model);
      const losses: number[] = [];
      const better = await retouchModel({ ...input, onEpoch: ({ validationLoss }) => losses.push(validationLoss) });
      expect(sha256Hex(writeModel(model))).toBe(sha256Hex(before));
      expect(better.graph.node).toEqual(model.graph.node);
      expect(better.graph.input).toEqual(model.graph.input);
      expect(better.graph.output).toEqual(model.graph.output);
      const [old, changed] = [digestsOf(model), digestsOf(better)];
      const learned = [...changed].filter(([weight, digest]) => old.get(weight) !== digest).map(([weight]) => weight);
      expect(learned.length).toBeGreaterThan(1);
      expect(learned.filter((weight) => !trainableParameters(model).includes(weight))).toEqual([]);
      expect(losses).toHaveLength(4);
      expect(losses.at(-1)!).toBeLessThan(losses[0]!);
      const [first, second] = [model, better].map((entry) => qualityOf(entry, rows, given.recipe));
      expect(await second!).toBeGreaterThanOrEqual((await first!) - 0.01);
    });
  }

  test('gives the same bytes for the same seed and others for another', async () => {
    const { input } = await trained(CASES['a table']!);
    const digest = async (seed: number) => sha256Hex(writeModel(await retouchModel({ ...input, seed })));
    expect(await digest(1)).toBe(await digest(1));
    expect(await digest(2)).not.toBe(await digest(1));
  });

  test('leaves zeros behind masks', async () => {
    const { model, input } = await trained(CASES['a table']!);
    const { model: pruned, masks } = pruneWeights(model, { sparsity: 0.5, leastEntries: 16 });
    expect(masks.size).toBeGreaterThan(0);
    const tuned = withoutMasks(await retouchModel({ ...input, model: maskWeights(pruned, masks) }));
    const bytesOf = (of: Model, name: string) => of.graph.initializer.find((proto) => proto.name === name)!.rawData!;
    for (const [name, mask] of masks) {
      const values = new Float32Array(bytesOf(tuned, name).slice().buffer);
      expect(values.filter((_, at) => mask[at] === 0).every((entry) => entry === 0)).toBe(true);
      expect(values).not.toEqual(new Float32Array(bytesOf(pruned, name).slice().buffer));
    }
  });

  test('ends when it is told to', async () => {
    const { input } = await trained(CASES['a table']!);
    const stop = new AbortController();
    const reason = new Error('enough');
    const onEpoch = () => stop.abort(reason);
    await expect(retouchModel({ ...input, signal: stop.signal, onEpoch })).rejects.toBe(reason);
  });

  test('refuses models that tell their answer in another way', async () => {
    const { input } = await trained(CASES['a number']!);
    const classes = madeRows(['numbers', 'categories'], 60, 1);
    const other = { ...input, recipe: { ...input.recipe, task: 'classification' as const }, train: classes };
    await expect(retouchModel({ ...other, validation: classes })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'training further: probabilities must be written by Softmax, got none',
    });
  });
});
