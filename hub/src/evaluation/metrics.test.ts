import { describe, expect, test } from 'vitest';
import { InternalError } from '../errors.ts';
import type { ClassMetrics } from '../store/metrics/metrics.ts';
import type { ClassPredictions, ClassTarget, NumberPredictions, NumberTarget } from '../store/model-rows.ts';
import { runPython } from '../testing/python.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { measure } from './metrics.ts';

/** Six rows of three classes; the last class is never predicted. */
const LABELS = [0, 0, 1, 1, 1, 2];
const SHARES = [
  [0.7, 0.2, 0.1],
  [0.4, 0.5, 0.1],
  [0.1, 0.8, 0.1],
  [0.3, 0.6, 0.1],
  [0.5, 0.25, 0.25],
  [0.2, 0.4, 0.4],
];

/** Predictions with these probabilities; the likeliest class is what they say. */
function predictionsOf(shares: readonly (readonly number[])[], scores?: readonly number[]): ClassPredictions {
  return {
    ...{ kind: 'classes', rows: shares.length },
    probabilities: Float32Array.from(shares.flat()),
    classIndex: Int32Array.from(shares, (row) => row.indexOf(Math.max(...row))),
    ...(scores && { scores: Float32Array.from(scores) }),
  };
}

function targetOf(labels: readonly number[], classes: number): ClassTarget {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return { kind: 'classes', classes: names, labels: Int32Array.from(labels) };
}

function measured(shares: readonly (readonly number[])[], labels: readonly number[], scores?: readonly number[]) {
  const metrics = measure(predictionsOf(shares, scores), targetOf(labels, shares[0]?.length ?? 2));
  if (metrics.task === 'regression') throw new InternalError('figures of classes must not be figures of numbers');
  return metrics;
}

function numbers(told: readonly number[], truth: readonly number[]): [NumberPredictions, NumberTarget] {
  return [
    { kind: 'number', rows: told.length, values: Float32Array.from(told) },
    { kind: 'number', column: 'y', values: Float32Array.from(truth) },
  ];
}

describe('figures of classes', () => {
  test('equal the ones computed by hand', () => {
    const metrics = measured(SHARES, LABELS);
    expect(metrics).toMatchObject({ task: 'classification', rows: 6 });
    expect(metrics.accuracy).toBeCloseTo(3 / 6, 12);
    expect(metrics.confusion).toEqual([
      [1, 1, 0],
      [1, 2, 0],
      [0, 1, 0],
    ]);
    // Recall: 1 of 2, 2 of 3, 0 of 1.
    expect(metrics.balancedAccuracy).toBeCloseTo((1 / 2 + 2 / 3 + 0) / 3, 12);
    // F1: 2*1/(2+2), 2*2/(3+4), 2*0/(1+0).
    expect(metrics.macroF1).toBeCloseTo((1 / 2 + 4 / 7 + 0) / 3, 12);
    expect(metrics.perClass).toEqual([
      { rows: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 },
      { rows: 3, precision: 2 / 4, recall: 2 / 3, f1: 4 / 7 },
      { rows: 1, precision: 0, recall: 0, f1: 0 },
    ]);
    // Of 8, 9 and 5 pairs of a row of the class and another, that many are in order.
    expect(metrics.rocAuc).toBeCloseTo((7 / 8 + 7 / 9 + 5 / 5) / 3, 12);
    const loss = -Math.log(0.7 * 0.4 * 0.8 * 0.6 * 0.25 * 0.4) / 6;
    // The probabilities are float32.
    expect(metrics.logLoss).toBeCloseTo(loss, 6);
    expect(metrics.accuracyLow).toBeCloseTo(0.1876, 4);
    expect(metrics.accuracyHigh).toBeCloseTo(0.8124, 4);
  });

  test('leave classes out of F1 that neither occur nor are predicted', () => {
    const metrics = measured(
      [
        [1, 0, 0],
        [1, 0, 0],
      ],
      [0, 0],
    );
    expect(metrics.macroF1).toBe(1);
    expect(metrics.rocAuc).toBeNull();
  });

  test('take the mean of the areas of the classes that occur', () => {
    // The third class has no rows; the others are told apart by one pair of four each.
    const shares = [
      [0.6, 0.3, 0.1],
      [0.2, 0.7, 0.1],
      [0.3, 0.6, 0.1],
      [0.1, 0.8, 0.1],
    ];
    expect(measured(shares, [0, 0, 1, 1]).rocAuc).toBeCloseTo(3 / 4, 12);
  });

  test('stay finite for a true class without probability, and without rows', () => {
    expect(measured([[1, 0]], [1]).logLoss).toBeCloseTo(-Math.log(2 ** -23), 10);
    expect(measured([], [])).toMatchObject({
      ...{ accuracy: 0, accuracyLow: 0, accuracyHigh: 1, logLoss: 0, rocAuc: null, rocAucLow: null },
    });
  });

  test('of anomalies rank by the score, and call what is over the threshold', () => {
    const scores = [0.1, 0.4, 0.4, 3, 0.4];
    const shares = scores.map((score) => (score > 1 ? [0.1, 0.9] : [0.9, 0.1]));
    const metrics = measured(shares, [0, 0, 0, 1, 1], scores);
    expect(metrics.task).toBe('anomaly');
    // The first anomaly is above all three normal rows, the second above one and level with two.
    expect(metrics.rocAuc).toBeCloseTo((3 + 1 + 2 / 2) / 6, 12);
    expect(metrics.confusion).toEqual([
      [3, 0],
      [1, 1],
    ]);
  });
});

describe('figures of numbers', () => {
  test('equal the ones computed by hand', () => {
    // Errors 0.5, -0.5, 0, 1: squares add up to 1.5, those of the values around their mean of 2.875 to 28.1875.
    const metrics = measure(...numbers([2.5, 0, 2, 8], [3, -0.5, 2, 7]));
    expect(metrics).toMatchObject({ task: 'regression', rows: 4 });
    if (metrics.task !== 'regression') return;
    expect(metrics.mae).toBeCloseTo(0.5, 12);
    expect(metrics.rmse).toBeCloseTo(Math.sqrt(1.5 / 4), 12);
    // scikit-learn's own example of r2_score.
    expect(metrics.r2).toBeCloseTo(0.948608137, 9);
    expect(metrics.r2Low).toBeLessThan(metrics.r2);
    expect(metrics.r2High).toBe(1);
  });

  test('know nothing of the variance where all values are the same, or none is there', () => {
    expect(measure(...numbers([3, 3], [3, 3]))).toMatchObject({ r2: 1, r2Low: 0, r2High: 1, rmse: 0 });
    expect(measure(...numbers([3, 4], [3, 3]))).toMatchObject({ r2: 0, r2Low: 0, r2High: 1, mae: 0.5 });
    expect(measure(...numbers([4], [3]))).toMatchObject({ r2: 0, r2Low: 0, r2High: 1 });
    expect(measure(...numbers([], []))).toMatchObject({ rows: 0, r2: 0, r2Low: 0, r2High: 0, rmse: 0, mae: 0 });
  });

  test('have an interval that holds the true share of the variance 95 times in 100', () => {
    const random = new SeededRandom(11);
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    let held = 0;
    for (let trial = 0; trial < 1_000; trial++) {
      const signal = Array.from({ length: 60 }, gauss);
      // Half of the variance is noise.
      const truth = signal.map((value) => value + gauss());
      const metrics = measure(...numbers(signal, truth));
      if (metrics.task === 'regression' && metrics.r2Low <= 0.5 && 0.5 <= metrics.r2High) held++;
    }
    // The estimate of a ratio is a little skewed with 60 rows; 92 to 97 of 100 is what such intervals reach.
    expect(held / 1_000).toBeGreaterThan(0.92);
    expect(held / 1_000).toBeLessThan(0.97);
  });
});

test('predictions and what is true must be of one kind', () => {
  const [told, truth] = numbers([1], [1]);
  expect(() => measure(told, targetOf([0], 2))).toThrow('expected predictions of kind classes, got number');
  expect(() => measure(predictionsOf([[1, 0]]), truth)).toThrow(InternalError);
});

/** Rows of some classes; few different probabilities, so that many tie. */
function drawn(rows: number, classes: number): { readonly shares: number[][]; readonly labels: number[] } {
  const random = new SeededRandom(7);
  const labels = Array.from({ length: rows }, (_, row) =>
    row < classes ? row : Math.floor(classes * random.next() ** 2),
  );
  const shares = labels.map((label) => {
    const weights = Array.from(
      { length: classes },
      (_, index) => 1 + Math.floor(6 * random.next()) + (index === label ? 3 : 0),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => Math.fround(weight / total));
  });
  return { shares, labels };
}

const CLASS_FIGURES = `
import numpy as np
from sklearn.metrics import *
def figures(y, s):
  y, s = np.array(y), np.array(s)
  p, classes = s.argmax(axis=1), range(s.shape[1])
  binary = lambda k: roc_auc_score(y == k, s[:, k])
  return {
    "accuracy": accuracy_score(y, p), "balancedAccuracy": balanced_accuracy_score(y, p),
    "macroF1": f1_score(y, p, average="macro"), "logLoss": log_loss(y, s / s.sum(axis=1, keepdims=True)),
    "rocAuc": binary(1) if len(classes) == 2 else np.mean([binary(k) for k in classes]),
    "perClass": np.stack(precision_recall_fscore_support(y, p, zero_division=0), 1).tolist(),
    "confusion": confusion_matrix(y, p).tolist()}
print(json.dumps([figures(y, s) for y, s in json.load(sys.stdin)]))`;

type SkLearnFigures = Omit<ClassMetrics, 'perClass' | 'rocAuc'> & {
  readonly rocAuc: number;
  readonly perClass: readonly (readonly [number, number, number, number])[];
};

const NUMBER_FIGURES = `
from sklearn.metrics import *
y, p = json.load(sys.stdin)
print(json.dumps({"r2": r2_score(y, p), "mae": mean_absolute_error(y, p), "rmse": mean_squared_error(y, p) ** 0.5}))`;

describe('figures equal those of scikit-learn', () => {
  const MISSING = 'python3 with scikit-learn is not installed';

  test('on rows of three, two and five classes, many of them ties', (context) => {
    const cases = [{ shares: SHARES, labels: LABELS }, drawn(500, 2), drawn(800, 5)];
    const pairs = cases.map(({ shares, labels }) => [labels, shares]);
    const answer = runPython(CLASS_FIGURES, pairs);
    if (answer === undefined) context.skip(MISSING);
    for (const [index, expected] of (answer as SkLearnFigures[]).entries()) {
      const { shares, labels } = cases[index]!;
      const metrics = measured(shares, labels);
      for (const figure of ['accuracy', 'balancedAccuracy', 'macroF1', 'rocAuc'] as const) {
        expect(metrics[figure], figure).toBeCloseTo(expected[figure], 12);
      }
      // Our probabilities are float32.
      expect(metrics.logLoss).toBeCloseTo(expected.logLoss, 6);
      expect(metrics.confusion).toEqual(expected.confusion);
      for (const [place, [precision, recall, f1, rows]] of expected.perClass.entries()) {
        expect(metrics.perClass[place]).toEqual({
          rows,
          precision: expect.closeTo(precision, 12),
          recall: expect.closeTo(recall, 12),
          f1: expect.closeTo(f1, 12),
        });
      }
    }
  });

  test('on numbers', (context) => {
    const random = new SeededRandom(3);
    const truth = Array.from({ length: 300 }, () => Math.fround(100 + 5 * random.next()));
    const told = truth.map((value) => Math.fround(value + random.next() - 0.3));
    const metrics = measure(...numbers(told, truth));
    const answer = runPython(NUMBER_FIGURES, [truth, told]);
    if (answer === undefined) context.skip(MISSING);
    const expected = answer as { readonly r2: number; readonly mae: number; readonly rmse: number };
    expect(metrics).toMatchObject({
      r2: expect.closeTo(expected.r2, 10),
      mae: expect.closeTo(expected.mae, 10),
      rmse: expect.closeTo(expected.rmse, 10),
    });
  });
});
