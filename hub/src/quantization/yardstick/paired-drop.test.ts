import { describe, expect, test } from 'vitest';
import type { ClassPredictions, Target } from '../../store/model-rows.ts';
import { SeededRandom } from '../../training/seeded-random.ts';
import { pairedDrop } from './paired-drop.ts';

const Z = 1.959963984540054;

function classes(classIndex: readonly number[]): ClassPredictions {
  return {
    kind: 'classes',
    rows: classIndex.length,
    probabilities: new Float32Array(2 * classIndex.length),
    classIndex: Int32Array.from(classIndex),
  };
}

describe('the loss of accuracy', () => {
  test('is measured on the rows that only one form gets right', () => {
    // 100 rows of class 1: 8 right in float32 only, 3 in the form only, 80 in both.
    const form = classes([...Array(8).fill(0), ...Array(3).fill(1), ...Array(80).fill(1), ...Array(9).fill(0)]);
    const float = classes([...Array(8).fill(1), ...Array(3).fill(0), ...Array(80).fill(1), ...Array(9).fill(0)]);
    const target: Target = { kind: 'classes', classes: ['a', 'b'], labels: new Int32Array(100).fill(1) };
    const { low, high } = pairedDrop('accuracy', { form, float }, target);
    // By hand: 9/102 and 4/102, their difference 0.049020, standard error 0.035014.
    expect((low + high) / 2).toBeCloseTo(0.04902, 5);
    expect((high - low) / 2).toBeCloseTo(Z * 0.035014, 5);
  });

  test('is not certain even where no row differs', () => {
    const same = classes(Array(98).fill(1));
    const target: Target = { kind: 'classes', classes: ['a', 'b'], labels: new Int32Array(98).fill(1) };
    const { low, high } = pairedDrop('accuracy', { form: same, float: same }, target);
    expect(low).toBeCloseTo(-high, 12);
    expect(high).toBeCloseTo((Z * Math.sqrt(2 / 100)) / 10, 6);
  });
});

test('the loss of R2 lies around what is lost, and shrinks with the root of the rows', () => {
  const interval = (rows: number) => {
    const random = new SeededRandom(4);
    const truth = Float32Array.from({ length: rows }, () => random.next());
    const noisy = (values: Float32Array, spread: number) =>
      values.map((value) => value + spread * (random.next() - 0.5));
    const float = noisy(truth, 0.1);
    const numbers = (values: Float32Array) => ({ kind: 'number' as const, rows, values });
    const answers = { form: numbers(noisy(float, 0.2)), float: numbers(float) };
    return pairedDrop('r2', answers, { kind: 'number', column: 'y', values: truth });
  };
  const [few, many] = [interval(400), interval(6_400)];
  // Variances of uniform noise are spread^2 / 12, those of the truth 1 / 12: R2 falls by 0.2^2.
  for (const { low, high } of [few, many]) {
    expect(low).toBeLessThan(0.04);
    expect(high).toBeGreaterThan(0.04);
  }
  // Four times narrower within a quarter: the spread is estimated itself.
  expect((few.high - few.low) / (many.high - many.low)).toBeGreaterThan(3);
  expect((few.high - few.low) / (many.high - many.low)).toBeLessThan(5);
});

test('the loss of ROC-AUC is that of the formula, pair by pair', () => {
  const random = new SeededRandom(9);
  const labels = Int32Array.from({ length: 60 }, (_, row) => (row % 4 === 0 ? 1 : 0));
  const scores = (spread: number) =>
    // Tenths, so that there are ties.
    Float32Array.from(labels, (label) => Math.round(10 * (0.5 * label + spread * random.next())) / 10);
  const predictions = (values: Float32Array): ClassPredictions => ({ ...classes([...labels]), scores: values });
  const [float, form] = [scores(0.8), scores(1.4)];
  const target: Target = { kind: 'classes', classes: ['normal', 'anomaly'], labels };
  const { low, high } = pairedDrop('rocAuc', { form: predictions(form), float: predictions(float) }, target);

  const rows = [...labels.keys()];
  const [high1, low0] = [rows.filter((row) => labels[row] === 1), rows.filter((row) => labels[row] === 0)];
  const win = (values: Float32Array, i: number, j: number) =>
    values[i]! > values[j]! ? 1 : values[i] === values[j] ? 0.5 : 0;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const lost = (i: number, j: number) => win(float, i, j) - win(form, i, j);
  const positives = high1.map((i) => mean(low0.map((j) => lost(i, j))));
  const negatives = low0.map((j) => mean(high1.map((i) => lost(i, j))));
  const error = Math.sqrt(variance(positives) / positives.length + variance(negatives) / negatives.length);
  expect((low + high) / 2).toBeCloseTo(mean(positives), 10);
  expect((high - low) / 2).toBeCloseTo(Z * error, 10);
});
