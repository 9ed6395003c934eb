import { writeModel } from '@edgeloop/onnx';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import type { ClassMetrics } from '../store/metrics/metrics.ts';
import type { ClassTarget, InputRows, ModelRows } from '../store/model-rows.ts';
import { type Recipe, type RecipeInput, RecipeSchema } from '../store/recipe/recipe.ts';
import { CheckpointShelf } from '../testing/checkpoint-shelf.ts';
import { classRows } from '../testing/class-rows.ts';
import { importDiabetes, importShuttle } from '../testing/real-data.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { type TrainModelInput, trainModel } from './train-model.ts';
import type { CheckpointKeeper } from './trainer/training-checkpoint.ts';

const ENGINE = new OrtEngine();
const SEED = 11;

function input(
  rows: { train: ModelRows; validation: ModelRows },
  recipe: RecipeInput,
  seed: number = SEED,
): TrainModelInput {
  const { train, validation } = rows;
  return {
    train,
    validation,
    seed,
    recipe: RecipeSchema.parse(recipe),
    engine: ENGINE,
    nowMs: () => performance.now(),
  };
}

async function metricsOf(model: Uint8Array, rows: ModelRows): Promise<ClassMetrics> {
  const runner = await ENGINE.open(model);
  const predictions = await predictRows(runner, rows, 'classification');
  await runner.close();
  return measure(predictions, rows.target) as ClassMetrics;
}

async function accuracyOf(model: Uint8Array, rows: ModelRows): Promise<number> {
  return (await metricsOf(model, rows)).accuracy;
}

describe('training', () => {
  test('tells the states of the Shuttle apart from nine sensors', async () => {
    const rows = classRows(await importShuttle(10_000), SEED);
    const trained = await trainModel(input(rows, { epochs: 30 }));
    // The whole file reaches 0.999; a third of it, trained half as long, must come close.
    expect(await accuracyOf(writeModel(trained.model), rows.test)).toBeGreaterThan(0.99);
    expect(trained.curve.at(-1)?.trainLoss).toBeLessThan(trained.curve[0]!.trainLoss / 10);
    expect(trained.samples).toBe(trained.curve.length * rows.train.rows);
    expect(trained.signature.inputs[0]?.features.map(({ name }) => name)).toEqual(rows.train.inputs[0]?.spec.columns);
  });

  test('gives the same bytes for the same seed and others for another', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const digest = async (seed: number) =>
      sha256Hex(writeModel((await trainModel(input(rows, { epochs: 5 }, seed))).model));
    expect(await digest(1)).toBe(await digest(1));
    expect(await digest(2)).not.toBe(await digest(1));
  });

  test('begins again with the first weights of the seed when a checkpoint turns out broken at its end', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const recipe = { epochs: 4, checkpointSteps: 5, averageDecay: 0.9 };
    const shelf = new CheckpointShelf();
    const whole = await trainModel({ ...input(rows, recipe), checkpoints: shelf });
    const checkpoints: CheckpointKeeper = {
      load: async (read) => {
        await new CheckpointShelf(shelf.kept.at(-1)).load(read);
        return 'it cannot be read: expected blob a, got b';
      },
      keep: async () => undefined,
    };
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    const again = await trainModel({ ...input(rows, recipe), checkpoints, onNote });
    expect(notes).toEqual([
      'began again instead of going on from the checkpoint: it cannot be read: expected blob a, got b',
    ]);
    expect(again.notes).toEqual(notes);
    expect(sha256Hex(writeModel(again.model))).toBe(sha256Hex(writeModel(whole.model)));
  });

  test('learns from rows with missing cells and answers them', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const trained = await trainModel(input(rows, { hidden: [16], epochs: 40, learningRate: 0.01 }));
    const model = writeModel(trained.model);
    // Always saying negative is right in 65 %; published models reach 75-78 %.
    expect(await accuracyOf(model, rows.test)).toBeGreaterThan(0.69);
    const runner = await ENGINE.open(model);
    const [features] = rows.test.inputs as [InputRows];
    const empty = { ...rows.test, rows: 1, inputs: [{ ...features, values: new Float32Array(8).fill(Number.NaN) }] };
    const predictions = await predictRows(runner, empty, 'classification');
    await runner.close();
    expect(predictions.probabilities.every((share) => share > 0 && share < 1)).toBe(true);
  });

  test('stops when validation gets no better and keeps the best weights', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const trained = await trainModel(input(rows, { epochs: 200, patience: 5, learningRate: 0.02 }));
    expect(trained.curve.length).toBeLessThan(200);
    expect(trained.curve.length).toBe(trained.bestEpoch + 5);
    const best = Math.min(...trained.curve.map(({ validationLoss }) => validationLoss));
    expect(trained.curve[trained.bestEpoch - 1]?.validationLoss).toBe(best);
    // The model that comes out is the one of that epoch.
    const runner = await ENGINE.open(writeModel(trained.model));
    const predictions = await predictRows(runner, rows.validation, 'classification');
    await runner.close();
    const { logLoss } = measure(predictions, rows.validation.target) as ClassMetrics;
    expect(logLoss).toBeCloseTo(best, 4);
  });

  test('weighs rare classes up when asked to', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const recall = async (classWeights: Recipe['classWeights']) => {
      const trained = await trainModel(input(rows, { hidden: [16], epochs: 30, classWeights, learningRate: 0.01 }));
      const runner = await ENGINE.open(writeModel(trained.model));
      const predictions = await predictRows(runner, rows.test, 'classification');
      await runner.close();
      const [, positive] = (measure(predictions, rows.test.target) as ClassMetrics).confusion;
      return positive![1]! / (positive![0]! + positive![1]!);
    };
    expect(await recall('balanced')).toBeGreaterThan(await recall('none'));
  });

  test('finds the rare states of the Shuttle when classes are weighed, or dealt evenly', async () => {
    // Of 58,000 rows, 13 are Bpv.Open, 10 Bpv.Close: accuracy does not see them, the mean of the recalls does.
    const rows = classRows(await importShuttle(58_000), SEED, { train: 0.5, validation: 0.2, test: 0.3 });
    const test = async (recipe: RecipeInput): Promise<ClassMetrics> =>
      metricsOf(writeModel((await trainModel(input(rows, { epochs: 8, ...recipe }))).model), rows.test);
    const plain = await test({});
    expect(plain.accuracy).toBeGreaterThan(0.998);
    expect(plain.balancedAccuracy).toBeLessThan(0.8);
    for (const recipe of [{ classWeights: 'balanced' }, { sampling: 'balanced' }] as const) {
      const balanced = await test(recipe);
      expect(balanced.accuracy).toBeGreaterThan(0.985);
      expect(balanced.balancedAccuracy).toBeGreaterThan(0.93);
    }
  });

  test('ends with the reason of whoever aborts it', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const abort = new AbortController();
    const reason = new Error('the lease is lost');
    const onEpoch = () => abort.abort(reason);
    const run = trainModel({ ...input(rows, { epochs: 1_000, patience: 1_000 }), signal: abort.signal, onEpoch });
    await expect(run).rejects.toBe(reason);
  });

  test('refuses a single class in words', async () => {
    const rows = classRows(await importDiabetes(), SEED);
    const { target } = rows.train;
    const train = { ...rows.train, target: { ...(target as ClassTarget), classes: ['negative'] } };
    await expect(trainModel(input({ ...rows, train }, {}))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: 'expected at least 2 classes to tell apart, got 1',
    });
  });
});
