import { writeModel } from '@edgeloop/onnx';
import { sha256Hex } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { measure } from '../evaluation/metrics.ts';
import { predictRows } from '../predict-rows.ts';
import { type ClassMetrics, type NumberMetrics, quality } from '../store/metrics/metrics.ts';
import type { InputKind, ModelPredictions, ModelRows } from '../store/model-rows.ts';
import { pickRows } from '../store/pick-rows.ts';
import { type RecipeInput, RecipeSchema } from '../store/recipe/recipe.ts';
import { madeRows, withNumbers } from '../testing/made-rows.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { taskOf } from './recipe/task-of.ts';
import { type TrainedModel, trainModel } from './train-model.ts';
import { crossValidate } from './validation/cross-validation.ts';

const ENGINE = new OrtEngine();

function train(recipe: RecipeInput, rows: ModelRows, validation: ModelRows = rows): Promise<TrainedModel> {
  const small = { epochs: 12, batchSize: 32, ...recipe };
  const common = { seed: 1, engine: ENGINE, nowMs: () => performance.now() };
  return trainModel({ ...common, recipe: RecipeSchema.parse(small), train: rows, validation });
}

async function predict(model: Uint8Array, rows: ModelRows, recipe: RecipeInput): Promise<ModelPredictions> {
  const runner = await ENGINE.open(model);
  const predictions = await predictRows(runner, rows, taskOf(RecipeSchema.parse(recipe), rows.target));
  await runner.close();
  return predictions;
}

const CASES: readonly [RecipeInput, readonly InputKind[]][] = [
  [{ family: 'logistic' }, ['numbers', 'categories']],
  [{ family: 'mlp', hidden: [8] }, ['numbers', 'categories', 'times']],
  [{ family: 'cnn', hidden: [8], filters: [4, 8] }, ['image']],
  [{ family: 'mobile-cnn', filters: [8, 16, 16], epochs: 20 }, ['image']],
  [{ family: 'text-linear', preprocessing: { text: { buckets: 512, length: 32 } } }, ['text']],
  [{ family: 'text-cnn-lstm', recurrentUnits: 8, epochs: 20, preprocessing: { text: { length: 12 } } }, ['text']],
  [{ family: 'sensor-cnn', filters: [8], hidden: [8], epochs: 40, window: { size: 8 } }, ['window']],
  [{ family: 'sensor-gru', recurrentUnits: 12, hidden: [8], epochs: 40, window: { size: 8 } }, ['window']],
  [{ family: 'fusion', hidden: [8], filters: [4] }, ['numbers', 'categories', 'text', 'image']],
];

describe('a model of family', () => {
  for (const [recipe, kinds] of CASES) {
    test(`${recipe.family} learns from raw ${kinds.join(', ')}, to the same bytes every time`, async () => {
      const [rows, unseen] = [madeRows(kinds, 240, 1), madeRows(kinds, 120, 2)];
      const first = writeModel((await train(recipe, rows)).model);
      const { accuracy } = measure(await predict(first, unseen, recipe), unseen.target) as ClassMetrics;
      expect(accuracy).toBeGreaterThan(0.85);
      // In between, other models have been made in this process.
      const again = await train(recipe, rows);
      expect(sha256Hex(writeModel(again.model))).toBe(sha256Hex(first));
      expect(again.signature.inputs.map(({ name }) => name)).toEqual(rows.inputs.map(({ spec }) => spec.name));
      // What only training needs is no part of it.
      expect(again.model.graph.node.some(({ opType }) => /^(Dropout|BatchNormalization)$/.test(opType ?? ''))).toBe(
        false,
      );
    });
  }
});

describe('a model of several kinds of data', () => {
  test('answers without any one of them', async () => {
    const kinds = ['numbers', 'text', 'image'] as const;
    const recipe: RecipeInput = { family: 'fusion', modalityDropout: 0.3, hidden: [8], filters: [4], epochs: 20 };
    const unseen = madeRows(kinds, 120, 2);
    const { model } = await train(recipe, madeRows(kinds, 240, 1));
    for (const [at, kind] of kinds.entries()) {
      const nothing = {
        ...unseen,
        inputs: unseen.inputs.map((input, place) => (place === at ? missing(input) : input)),
      };
      const { accuracy } = measure(await predict(writeModel(model), nothing, recipe), unseen.target) as ClassMetrics;
      expect([kind, accuracy > 0.85]).toEqual([kind, true]);
    }
  });
});

function missing<T extends ModelRows['inputs'][number]>(input: T): T {
  const { values } = input;
  if (values instanceof Float32Array) return { ...input, values: values.map(() => Number.NaN) };
  if (values instanceof Uint8Array) return { ...input, values: values.map(() => 0) };
  return { ...input, values: (values as readonly string[]).map(() => '') };
}

describe('a number', () => {
  for (const family of ['linear', 'mlp', 'fusion'] as const) {
    test(`is told by family ${family} in its own unit`, async () => {
      const kinds: InputKind[] = family === 'fusion' ? ['numbers', 'text'] : ['numbers', 'categories'];
      const recipe: RecipeInput = { family, task: 'regression', epochs: 40, loss: { kind: 'huber' } };
      const [rows, unseen] = [withNumbers(madeRows(kinds, 240, 1)), withNumbers(madeRows(kinds, 120, 2))];
      const { model, signature, curve } = await train(recipe, rows);
      expect(signature).toMatchObject({ task: 'regression', target: { name: 'price' } });
      expect(model.graph.output.map(({ name }) => name)).toEqual(['value']);
      const { r2, rmse } = measure(await predict(writeModel(model), unseen, recipe), unseen.target) as NumberMetrics;
      expect(r2).toBeGreaterThan(0.85);
      expect(rmse).toBeLessThan(8);
      expect(curve.at(-1)?.validationR2).toBeGreaterThan(0.85);
      expect(curve.at(-1)).not.toHaveProperty('validationAccuracy');
    });
  }
});

describe('anomalies', () => {
  const recipe: RecipeInput = { family: 'autoencoder', hidden: [4, 2], epochs: 30, anomaly: { quantile: 0.9 } };

  test('are rows that come out otherwise than they came in', async () => {
    const [rows, unseen] = [madeRows(['numbers'], 400, 1), madeRows(['numbers'], 200, 2)];
    const { model, signature } = await train(recipe, rows);
    const found = await predict(writeModel(model), unseen, recipe);
    expect(quality(measure(found, unseen.target))).toBeGreaterThan(0.9);
    if (found.kind !== 'classes' || !found.scores) throw new TypeError('expected scores');
    for (const [row, score] of found.scores.entries()) {
      const probability = found.probabilities[2 * row + 1]!;
      // float32, of numbers about 1
      expect(probability).toBeCloseTo(score / (score + signature.threshold), 5);
      expect(found.classIndex[row]).toBe(Number(score >= Math.fround(signature.threshold)));
    }
  });

  test('begin where the wished share of normal rows ends', async () => {
    const rows = madeRows(['numbers', 'categories'], 400, 1);
    const { model } = await train(recipe, rows);
    const found = await predict(writeModel(model), rows, recipe);
    if (found.kind !== 'classes' || rows.target.kind !== 'classes') throw new TypeError('expected classes');
    const { labels } = rows.target;
    const normal = [...found.classIndex].filter((_, row) => labels[row] === 0);
    // Rows were stopped by: one more or less of 200 is rounding.
    expect(normal.filter((index) => index === 0).length / normal.length).toBeCloseTo(0.9, 1);
  });

  test('may be learned from rows that are all normal', async () => {
    const all = madeRows(['window'], 200, 1);
    const labels = (all.target as { labels: Int32Array }).labels;
    const normal = pickRows(
      all,
      [...labels.keys()].filter((row) => labels[row] === 0),
    );
    const { curve } = await train({ ...recipe, window: { size: 8 } }, normal);
    expect(curve.at(-1)!.validationLoss).toBeLessThan(curve[0]!.validationLoss);
  });
});

describe('cross-validation', () => {
  test('judges each row by a model that did not see it', async () => {
    const rows = madeRows(['numbers'], 120, 1);
    const recipe = RecipeSchema.parse({ family: 'logistic', epochs: 20, batchSize: 16 });
    const input = { recipe, rows, folds: 4, seed: 3, engine: ENGINE, measure, nowMs: () => 0 };
    const { folds, figures } = await crossValidate(input);
    expect([folds, Object.keys(figures)]).toEqual([4, ['accuracy', 'balancedAccuracy', 'macroF1', 'rocAuc', 'f1']]);
    const { mean, deviation, folds: each } = figures['accuracy']!;
    expect(each).toHaveLength(4);
    expect(mean).toBeGreaterThan(0.9);
    expect(deviation).toBeLessThan(0.1);
    expect(await crossValidate(input)).toEqual({ folds, figures });
  });
});
