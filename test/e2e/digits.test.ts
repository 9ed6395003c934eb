import { describe, expect, test } from 'vitest';
import { DIGIT_SIZE, digitsCsv } from '../rig/mnist-digits.ts';
import { startServingLoop } from '../rig/serving-loop.ts';

/** 8,000 digits to train on and to stop by, 2,000 to judge by. */
const COMMON = {
  image: { height: DIGIT_SIZE, width: DIGIT_SIZE },
  augmentation: { shiftPixels: 2 },
  split: { train: 0.76, validation: 0.04, test: 0.2 },
  seed: 1,
};

const CNN = {
  ...{ ...COMMON, family: 'cnn', filters: [32, 64, 64], hidden: [64], dropout: 0.3 },
  ...{ learningRate: 0.001, batchSize: 32, epochs: 30, averageDecay: 0.998 },
  loss: { kind: 'cross-entropy', labelSmoothing: 0.1 },
};

/** What can be had in less than a minute. */
const QUICK = {
  ...{ ...COMMON, family: 'cnn', augmentation: { shiftPixels: 1 }, hidden: [128], dropout: 0.3 },
  ...{ learningRate: 0.002, batchSize: 64, epochs: 25, averageDecay: 0.998 },
};

async function accuracyOf(recipe: Readonly<Record<string, unknown>>): Promise<number> {
  const loop = await startServingLoop();
  await loop.client.upload('/datasets?name=digits&label=digit&format=csv', digitsCsv());
  const version = await loop.train('digits', 'digits', recipe);
  const { seconds, epochs } = await loop.trainingRecord(version);
  const accuracy = Number(version.evaluation['accuracy']);
  process.stdout.write(`digits, ${recipe['family']}: ${accuracy} in ${epochs} epochs, ${seconds} s\n`);
  expect(version.evaluation.rows).toBe(2_000);
  return accuracy;
}

describe('handwritten digits are learned through the web API', { timeout: 400_000 }, () => {
  test('by a convolutional network in little time', async () => {
    expect(await accuracyOf(QUICK)).toBeGreaterThanOrEqual(0.98);
  });

  test('by a convolutional network in more time', async () => {
    expect(await accuracyOf(CNN)).toBeGreaterThanOrEqual(0.985);
  });

  test('by a network of depthwise convolutions', async () => {
    expect(await accuracyOf({ ...COMMON, family: 'mobile-cnn' })).toBeGreaterThanOrEqual(0.975);
  });
});
