import { describe, expect, test } from 'vitest';
import { classMetrics } from '../../evaluation/class-metrics.ts';
import { SeededRandom } from '../seeded-random.ts';
import { ClassTally } from './class-tally.ts';

const ROWS = 50;
const random = new SeededRandom(5);
const logits = Float32Array.from({ length: ROWS * 4 }, () => 4 * random.next() - 2);
// Class 3 never occurs.
const labels = Int32Array.from({ length: ROWS }, () => Math.floor(3 * random.next()));

function rowsOf(some: Int32Array) {
  return { rows: some.length, values: new Float32Array(), labels: some };
}

describe('validation figures', () => {
  test('equal those of an evaluation of the same answers, however the rows come', () => {
    const tally = new ClassTally(4);
    for (let start = 0; start < ROWS; start += 7) {
      const some = labels.subarray(start, start + 7);
      tally.add(logits.subarray(start * 4, (start + 7) * 4), rowsOf(some));
    }
    const probabilities = new Float32Array(logits.length);
    const classIndex = new Int32Array(ROWS);
    for (let row = 0; row < ROWS; row++) {
      const values = [...logits.subarray(row * 4, row * 4 + 4)];
      const sum = values.reduce((total, value) => total + Math.exp(value), 0);
      probabilities.set(
        values.map((value) => Math.exp(value) / sum),
        row * 4,
      );
      classIndex[row] = values.indexOf(Math.max(...values));
    }
    const classes = ['a', 'b', 'c', 'never'];
    const answers = { kind: 'classes', rows: ROWS, probabilities, classIndex } as const;
    const expected = classMetrics(answers, { classes, labels });
    const got = tally.figures();
    expect(got.validationAccuracy).toBeCloseTo(expected.accuracy, 12);
    expect(got.validationBalancedAccuracy).toBeCloseTo(expected.balancedAccuracy, 12);
    // The probabilities are float32.
    expect(got.validationLoss).toBeCloseTo(expected.logLoss, 6);
  });

  test('weigh classes in the loss when told to, and nothing else', () => {
    const tally = new ClassTally(2, Float32Array.of(1, 3));
    tally.add(Float32Array.of(0, 0, Math.log(3), 0), rowsOf(Int32Array.of(0, 1)));
    const { validationLoss, validationAccuracy } = tally.figures();
    expect(validationLoss).toBeCloseTo((Math.log(2) + 3 * Math.log(4)) / 4, 6);
    expect(validationAccuracy).toBe(0.5);
  });
});
