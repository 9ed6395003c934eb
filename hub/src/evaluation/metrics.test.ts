import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Predictions } from '../store/labelled-rows.ts';
import { measure } from './metrics.ts';

/** Six rows of three classes; the last class is never predicted. */
const LABELS = Int32Array.of(0, 0, 1, 1, 1, 2);
const SHARES = [
  [0.7, 0.2, 0.1],
  [0.4, 0.5, 0.1],
  [0.1, 0.8, 0.1],
  [0.3, 0.6, 0.1],
  [0.5, 0.25, 0.25],
  [0.2, 0.4, 0.4],
];
const PREDICTED = [0, 1, 1, 1, 0, 1];
const PREDICTIONS: Predictions = {
  rows: 6,
  probabilities: Float32Array.from(SHARES.flat()),
  classIndex: Int32Array.from(PREDICTED),
};

describe('metrics', () => {
  test('equal the ones computed by hand', () => {
    const metrics = measure(PREDICTIONS, LABELS, 3);
    expect(metrics.rows).toBe(6);
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
    const loss = -Math.log(0.7 * 0.4 * 0.8 * 0.6 * 0.25 * 0.4) / 6;
    // The probabilities are float32.
    expect(metrics.logLoss).toBeCloseTo(loss, 6);
    expect(metrics.accuracyLow).toBeCloseTo(0.1876, 4);
    expect(metrics.accuracyHigh).toBeCloseTo(0.8124, 4);
  });

  test('leave classes out of F1 that neither occur nor are predicted', () => {
    const predictions = { rows: 2, probabilities: Float32Array.of(1, 0, 0, 1, 0, 0), classIndex: Int32Array.of(0, 0) };
    expect(measure(predictions, Int32Array.of(0, 0), 3).macroF1).toBe(1);
  });

  test('stay finite for a true class without probability, and without rows', () => {
    const sure = { rows: 1, probabilities: Float32Array.of(1, 0), classIndex: Int32Array.of(0) };
    expect(measure(sure, Int32Array.of(1), 2).logLoss).toBeCloseTo(-Math.log(2 ** -23), 10);
    const none = { rows: 0, probabilities: new Float32Array(), classIndex: new Int32Array() };
    expect(measure(none, new Int32Array(), 2)).toMatchObject({
      accuracy: 0,
      accuracyLow: 0,
      accuracyHigh: 1,
      logLoss: 0,
    });
  });

  test('equal scikit-learn on the same rows', (context) => {
    const script = `
import json, sys
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss, confusion_matrix
y, p, s = json.load(sys.stdin)
print(json.dumps([accuracy_score(y, p), balanced_accuracy_score(y, p), f1_score(y, p, average="macro"), log_loss(y, s), confusion_matrix(y, p).tolist()]))`;
    const input = JSON.stringify([[...LABELS], PREDICTED, SHARES]);
    const python = spawnSync('python3', ['-c', script], { input, encoding: 'utf8' });
    if (python.status !== 0) context.skip('python3 with scikit-learn is not installed');
    const [accuracy, balanced, macroF1, logLoss, confusion] = JSON.parse(python.stdout);
    const metrics = measure(PREDICTIONS, LABELS, 3);
    expect(metrics.accuracy).toBeCloseTo(accuracy, 12);
    expect(metrics.balancedAccuracy).toBeCloseTo(balanced, 12);
    expect(metrics.macroF1).toBeCloseTo(macroF1, 12);
    expect(metrics.logLoss).toBeCloseTo(logLoss, 6);
    expect(metrics.confusion).toEqual(confusion);
  });
});
