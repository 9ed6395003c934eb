import { describe, expect, test } from 'vitest';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { importDiabetes } from '../testing/real-data.ts';
import { checkRecipe } from './check-recipe.ts';

async function diabetes(changes: Partial<DatasetRecord> = {}): Promise<DatasetRecord> {
  const { description } = await importDiabetes();
  const about = { name: 'diabetes', version: 1, createdMs: 0, origin: 'file', parents: [], cleaning: [] };
  return { ...about, ...description, ...changes };
}

describe('checking a recipe', () => {
  test('completes an empty one with the defaults', async () => {
    expect(checkRecipe(undefined, await diabetes())).toMatchObject({
      ...{ family: 'mlp', hidden: [64, 32], classWeights: 'none', patience: 20 },
      split: { train: 0.7, validation: 0.15, test: 0.15 },
      quantization: { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01 },
    });
  });

  for (const [recipe, message] of [
    [{ epochs: 0 }, /^recipe: epochs: .*>=1/],
    [{ hidden: [] }, /^recipe: hidden: /],
    [{ learningRat: 0.1 }, /^recipe: Unrecognized key: "learningRat"/],
    [{ family: 'forest' }, /^recipe: family: .*"mlp"/],
    [{ family: 'cnn' }, /^recipe: image: family cnn wants height, width and channels of the images/],
    [{ family: 'fine-tune' }, /^recipe: from: family fine-tune wants the version to start from/],
    [{ family: 'cnn', from: { model: 'base' } }, /recipe: from: only family fine-tune has it, got family cnn/],
    [{ trainable: 'all' }, /^recipe: trainable: only family fine-tune has it, got family mlp/],
    [{ from: { model: 'base', version: 0 } }, /^recipe: from.version: /],
    [{ from: { model: 'base' }, input: { deviation: 'one' } }, /^recipe: input.deviation: /],
    [{ image: { height: 2, width: 4 } }, /^recipe: image: families cnn and fine-tune read images/],
    [{ family: 'cnn', image: { height: 2, width: 2 } }, /^recipe: filters: each one halves the image: 2 x 2 allows/],
    [{ family: 'cnn', image: { height: 4, width: 4 } }, /^recipe: image: expected 16 number columns, .*, got 8/],
    [{ family: 'cnn', image: { height: 4, width: 4 }, features: ['bmi'] }, /features: expected 16 columns, .* got 1/],
    [{ split: { train: 0.5, validation: 0.1, test: 0.1 } }, /split: train, validation and test must add up to 1/],
    [{ epochs: -1, patience: 'long' }, /epochs: .*; patience: /],
    [{ features: ['glucose'] }, /no column "glucose"; the columns are pregnancies, glucose_mg_dl/],
    [{ features: ['outcome'] }, /"outcome" is the label/],
  ] as const) {
    test(`names what is wrong with ${JSON.stringify(recipe)}`, async () => {
      const data = await diabetes();
      expect(() => checkRecipe(recipe, data)).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(message) }),
      );
    });
  }

  test('wants a label and two classes', async () => {
    const [unlabelled, single] = [await diabetes({ label: null }), await diabetes({ classes: ['negative'] })];
    expect(() => checkRecipe({}, unlabelled)).toThrow(/data set diabetes@1 must have a label/);
    expect(() => checkRecipe({}, single)).toThrow(/must have at least 2 classes, got 1/);
  });
});
