import { describe, expect, test } from 'vitest';
import { chosenForm } from '../rig/chosen-form.ts';
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

/** Half a point. */
const MOST_LOST = 0.005;

interface Learned {
  readonly accuracy: number;
  /** Share of the rows that the form for processors with instructions for 8 bits gets wrong in addition. */
  readonly drop: number;
}

async function learned(recipe: Readonly<Record<string, unknown>>): Promise<Learned> {
  const loop = await startServingLoop();
  await loop.client.upload('/datasets?name=digits&label=digit&format=csv', digitsCsv());
  const version = await loop.train('digits', 'digits', recipe);
  const { seconds, epochs } = await loop.trainingRecord(version);
  const accuracy = Number(version.evaluation['accuracy']);
  process.stdout.write(`digits, ${recipe['family']}: ${accuracy} in ${epochs} epochs, ${seconds} s\n`);
  const { name, why, drop } = chosenForm(version.quantization, 'x86-vnni');
  process.stdout.write(`digits, ${recipe['family']} as ${name}: ${(100 * drop).toFixed(2)} points lost; ${why}\n`);
  expect(version.evaluation.rows).toBe(2_000);
  return { accuracy, drop };
}

describe('handwritten digits are learned through the web API', { timeout: 400_000 }, () => {
  test('by a convolutional network in little time', async () => {
    const { accuracy, drop } = await learned(QUICK);
    expect(accuracy).toBeGreaterThanOrEqual(0.98);
    expect(drop).toBeLessThanOrEqual(MOST_LOST);
  });

  test('by a convolutional network in more time', async () => {
    const { accuracy, drop } = await learned(CNN);
    expect(accuracy).toBeGreaterThanOrEqual(0.985);
    expect(drop).toBeLessThanOrEqual(MOST_LOST);
  });

  test('by a network of depthwise convolutions', async () => {
    const { accuracy, drop } = await learned({ ...COMMON, family: 'mobile-cnn' });
    expect(accuracy).toBeGreaterThanOrEqual(0.975);
    expect(drop).toBeLessThanOrEqual(MOST_LOST);
  });
});
