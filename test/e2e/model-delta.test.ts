import { type Model, prepareForQuantization, staticQuantize, writeModel } from '@edgeloop/onnx';
import { applyDelta, deltaInfo, makeDelta } from '@edgeloop/onnx/delta';
import { beforeAll, describe, expect, test } from 'vitest';
import { digitAccuracy, digitNetwork, digitRanges, digitRows, trainedOn } from '../rig/digit-network.ts';

const CALIBRATION_ROWS = 512;
/** One epoch at a tenth of the rate that the network was trained with. */
const FINE_TUNING = { steps: 64, learningRate: 1e-4 };

const TRAINING_ROWS = 4096;
const rows = digitRows(TRAINING_ROWS);
const heldOut = digitRows(2000, TRAINING_ROWS);

let before: Model;
let after: Model;
let first: Model;
/** Of `after`, with the scales of `first` where they fit. */
let second: Model;

async function quantized(model: Model, previous?: Model): Promise<Model> {
  const plain = prepareForQuantization(model);
  const ranges = await digitRanges(plain, digitRows(CALIBRATION_ROWS));
  return staticQuantize(plain, ranges, previous ? { previous } : {});
}

/** Size of the delta between two models over that of the second, after it was applied. */
function deltaShare(old: Model, fresh: Model): number {
  const [left, right] = [writeModel(old), writeModel(fresh)];
  const delta = makeDelta(left, right);
  expect(deltaInfo(delta).kind).toBe('delta');
  expect(Buffer.compare(applyDelta(left, delta), right)).toBe(0);
  return delta.length / right.length;
}

beforeAll(async () => {
  before = await trainedOn(digitNetwork(), rows, 640, 1e-3);
  after = await trainedOn(before, rows, FINE_TUNING.steps, FINE_TUNING.learningRate);
  first = await quantized(before);
  second = await quantized(after, first);
}, 120_000);

describe('the delta after fine-tuning a network on handwritten digits', () => {
  test('takes a fifth of the int8 model at most where the scales are kept, which costs no accuracy', async () => {
    expect(deltaShare(first, second)).toBeLessThanOrEqual(0.2);
    const [float, integer] = [await digitAccuracy(after, heldOut), await digitAccuracy(second, heldOut)];
    expect(float).toBeGreaterThan(0.93);
    expect(float - integer).toBeLessThanOrEqual(0.005);
  });

  test('takes more where every scale is another, and two thirds of the float model', async () => {
    expect(deltaShare(first, second)).toBeLessThan(deltaShare(first, await quantized(after)));
    expect(deltaShare(before, after)).toBeLessThan(0.67);
  });

  test('takes next to nothing where only the last layer learned', async () => {
    const last = await trainedOn(before, rows, FINE_TUNING.steps, FINE_TUNING.learningRate, ['w2', 'b2']);
    expect(deltaShare(first, await quantized(last, first))).toBeLessThan(0.01);
  });
});
