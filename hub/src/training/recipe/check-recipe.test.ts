import { describe, expect, test } from 'vitest';
import type { ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import type { RecipeInput } from '../../store/recipe/recipe.ts';
import { importDiabetes } from '../../testing/real-data.ts';
import { checkRecipe, completeRecipe } from './check-recipe.ts';

async function diabetes(changes: Partial<DatasetRecord> = {}): Promise<DatasetRecord> {
  const { description } = await importDiabetes();
  const about = { name: 'diabetes', version: 1, createdMs: 0, origin: 'file', parents: [], cleaning: [] };
  return { ...about, ...description, ...changes };
}

function column(name: string, kind: ColumnProfile['kind'], others: Partial<ColumnProfile> = {}): ColumnProfile {
  return { name, kind, count: 1_000, missing: 0, distinct: 500, ...others };
}

const LABEL = column('label', 'category', { distinct: 2, levels: { usual: 900, odd: 100 } });

/** A data set of so many rows whose label is `usual` or `odd`. */
function dataset(columns: readonly ColumnProfile[], changes: Partial<DatasetRecord> = {}): DatasetRecord {
  return {
    ...{ name: 'data', version: 1, digest: '', createdMs: 0, rows: 1_000, sizeBytes: 1, origin: '', parents: [] },
    ...{ cleaning: [], label: 'label', classes: ['odd', 'usual'], columns: [...columns, LABEL], ...changes },
  };
}

describe('checking a recipe', () => {
  test('completes an empty one with the defaults', async () => {
    expect(checkRecipe(undefined, await diabetes())).toMatchObject({
      ...{ family: 'mlp', task: 'classification', target: 'outcome' },
      ...{ hidden: [64, 32], dropout: 0, epochs: 60, batchSize: 128, learningRate: 0.004, patience: 20 },
      ...{ classWeights: 'none', loss: { kind: 'cross-entropy' }, engine: 'ort' },
      split: { train: 0.7, validation: 0.15, test: 0.15 },
      quantization: { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01 },
    });
  });

  test('gives a family that takes its time more epochs where rows are few, unless they are said', () => {
    const mails = (rows: number) => dataset([column('text', 'text')], { rows });
    const few = completeRecipe({ family: 'text-cnn-lstm' }, mails(500));
    expect(few.recipe).toMatchObject({ epochs: 65, patience: 11 });
    expect(few.notes).toContain('65 epochs, because 500 rows make few steps each');
    expect(completeRecipe(few.recipe, mails(500)).recipe).toEqual(few.recipe);
    expect(completeRecipe({ family: 'text-cnn-lstm' }, mails(6_046)).recipe).toMatchObject({ epochs: 6, patience: 3 });
    expect(completeRecipe({ family: 'text-cnn-lstm', epochs: 3 }, mails(500)).recipe).toMatchObject({ epochs: 3 });
    expect(completeRecipe({ family: 'text-linear' }, mails(500)).recipe).toMatchObject({ epochs: 20 });
  });

  test('leaves a complete one as it is', async () => {
    const data = await diabetes();
    const complete = checkRecipe({ hidden: [8], seed: 3 }, data);
    expect(checkRecipe(complete, data)).toEqual(complete);
  });

  for (const [recipe, message] of [
    [{ epochs: 0 }, /^recipe: epochs: .*>=1/],
    [{ hidden: [] }, /^recipe: hidden: family mlp wants at least 1 layer, got 0/],
    [{ learningRat: 0.1 }, /^recipe: Unrecognized key: "learningRat"/],
    [{ family: 'forest' }, /^recipe: family: .*"mlp"/],
    [{ family: 'cnn' }, /^recipe: data set diabetes@1 must have a column that family cnn can learn from, got none/],
    [{ family: 'fine-tune' }, /^recipe: from: family fine-tune wants the version to start from/],
    [{ family: 'cnn', from: { model: 'base' } }, /recipe: from: only family fine-tune has it, got family cnn/],
    [{ trainable: 'all' }, /^recipe: trainable: only family fine-tune has it, got family auto/],
    [{ from: { model: 'base', version: 0 } }, /^recipe: from.version: /],
    [{ from: { model: 'base' }, input: { deviation: 'one' } }, /^recipe: input.deviation: /],
    [
      { family: 'mlp', image: { height: 2, width: 4 } },
      /image: families cnn, .* and fine-tune read images, got family mlp/,
    ],
    [{ image: { height: 2, width: 2 }, family: 'cnn' }, /^recipe: filters: each one halves the image: 2 x 2 allows/],
    [{ image: { height: 4, width: 4 } }, /^recipe: image: expected 16 number columns, .*, got 8/],
    [{ family: 'cnn', image: { height: 4, width: 4 }, features: ['bmi'] }, /features: expected 16 columns, .* got 1/],
    [{ split: { train: 0.5, validation: 0.1, test: 0.1 } }, /split: train, validation and test must add up to 1/],
    [{ epochs: -1, patience: 'long' }, /epochs: .*; patience: /],
    [{ features: ['glucose'] }, /features: no column "glucose"; the columns are pregnancies, glucose_mg_dl/],
    [{ features: ['outcome'] }, /"outcome" is the target/],
    [{ target: 'outcom' }, /target: no column "outcom"; the columns are/],
    [{ family: 'logistic', hidden: [4] }, /hidden: family logistic has no hidden layers, got \[4\]/],
    [
      { family: 'linear', target: 'outcome', task: 'classification' },
      /family linear is for regression, got task class/,
    ],
    [{ family: 'mlp', task: 'anomaly' }, /family: anomalies are found by family autoencoder, got family mlp/],
    [{ task: 'regression', target: 'bmi', classWeights: 'balanced' }, /classWeights: only task classification/],
    [{ task: 'regression', target: 'bmi', loss: { kind: 'focal' } }, /loss: focal does not go with task regression/],
    [{ family: 'sensor-cnn' }, /window: family sensor-cnn wants the size of its windows/],
    [{ family: 'mlp', window: { size: 8 } }, /window: families sensor-cnn, .* read windows, got family mlp/],
    [{ family: 'layers' }, /layers: family layers wants a model.json/],
    [{ tfjsBackend: 'cpu' }, /tfjsBackend: only engine tfjs has backends, got cpu/],
    [{ evaluation: { folds: 1 } }, /evaluation.folds: must be 0 for none, or at least 2/],
    [{ task: 'regression' }, /^recipe: target: task regression wants a number column, got "outcome" of kind category$/],
    [{ family: 'linear' }, /got "outcome" of kind category; family logistic is for classes/],
    [{ preprocessing: { columns: { bmi: { impute: 'mean' } } } }, /preprocessing.columns: "bmi" must be a column that/],
    [{ gate: { minF1: { positiv: 0.5 } } }, /gate.minF1: no class positiv; the classes are negative, positive/],
    [{ task: 'anomaly', gate: { minF1: { odd: 0.5 } } }, /gate.minF1: no class odd; the classes are normal, anomaly/],
    [{ window: { size: 800 } }, /window.size: must be at most the 768 rows of diabetes@1, got 800/],
    [{ family: 'text-linear' }, /it reads columns of kind text, and there are pregnancies \(number\), /],
    [{ anomaly: { normal: ['none'] } }, /anomaly.normal: no class none; the classes are negative, positive/],
  ] as const) {
    test(`names what is wrong with ${JSON.stringify(recipe)}`, async () => {
      const data = await diabetes();
      expect(() => checkRecipe(recipe, data)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(message) }),
      );
    });
  }

  test('takes no target of more classes than a label may have', () => {
    const data = dataset([column('size', 'number'), column('title', 'text', { distinct: 2_964 })]);
    expect(() => checkRecipe({ target: 'title' }, data)).toThrow(/"title" must have at most 1000 classes, got 2964/);
  });

  test('wants a label and two classes', async () => {
    const [unlabelled, single] = [await diabetes({ label: null }), await diabetes({ classes: ['negative'] })];
    expect(() => checkRecipe({}, unlabelled)).toThrow(
      /data set diabetes@1 must have a label, or the recipe a target, got none; task anomaly/,
    );
    expect(() => checkRecipe({}, single)).toThrow(/must have at least 2 classes, got 1/);
  });
});

describe('a recipe that leaves the family to the data', () => {
  const [number, text] = [column('size', 'number'), column('title', 'text')];
  const image = column('photo', 'image', { image: { height: 28, width: 28, channels: 1 } });
  const large = column('photo', 'image', { image: { height: 96, width: 96, channels: 3 } });
  for (const [what, columns, wish, changes, note] of [
    ['a table', [number], {}, {}, 'family mlp, because it reads a table of 1000 rows'],
    [
      'few rows',
      [number],
      {},
      { rows: 60 },
      'family logistic, because it reads a table, and 60 rows are few for 1 columns',
    ],
    [
      'a number to tell',
      [number, column('price', 'number')],
      { target: 'price' },
      { rows: 60 },
      'family linear, because',
    ],
    ['texts', [text], {}, {}, 'family text-linear, because it reads texts, and 1000 rows are few'],
    [
      'many texts',
      [text],
      {},
      { rows: 50_000 },
      'family text-cnn-lstm, because it reads texts, and 50000 rows are many',
    ],
    ['images', [image], {}, {}, 'family cnn, because it reads images of 784 pixels'],
    ['large images', [large], {}, {}, 'family mobile-cnn, because it reads images of 9216 pixels, which are many'],
    ['several kinds', [number, text], {}, {}, 'family fusion, because it reads a table, texts together'],
    ['windows', [number, text], { window: { size: 8 } }, {}, 'family sensor-cnn, because it reads windows'],
    ['anomalies', [number], { task: 'anomaly' }, {}, 'family autoencoder, because anomalies are to be found'],
  ] as [string, ColumnProfile[], RecipeInput, Partial<DatasetRecord>, string][]) {
    test(`gets one for ${what}, and why`, () => {
      const { recipe, notes } = completeRecipe(wish, dataset(columns, changes));
      expect(notes[0]).toContain(note);
      expect(note).toContain(`family ${recipe.family},`);
    });
  }

  test('takes most rows for normal unless it is told', () => {
    const { recipe, notes } = completeRecipe({ task: 'anomaly' }, dataset([number]));
    expect(recipe.anomaly).toEqual({ normal: ['usual'], quantile: 0.99 });
    expect(notes).toContain('normal is usual, because most rows are');
    const unlabelled = dataset([number], { label: null, classes: [], columns: [number] });
    expect(completeRecipe({ task: 'anomaly' }, unlabelled).recipe).not.toHaveProperty('target');
  });

  test('takes most rows for normal where classes are called by numbers, which come first in any object', () => {
    const label = column('label', 'category', { levels: { 5: 90, 1: 10 }, distinct: 2 });
    const data = dataset([number], { columns: [number, label], label: 'label', classes: ['1', '5'] });
    expect(completeRecipe({ task: 'anomaly' }, data).recipe.anomaly.normal).toEqual(['5']);
  });

  test('takes a number that is no label for one to tell, and two different ones for classes', () => {
    const data = dataset([number, column('price', 'number'), column('sold', 'number', { distinct: 2 })]);
    expect(checkRecipe({ target: 'price' }, data)).toMatchObject({
      task: 'regression',
      loss: { kind: 'mean-squared-error' },
    });
    expect(checkRecipe({ target: 'sold' }, data)).toMatchObject({ task: 'classification', target: 'sold' });
  });
});
