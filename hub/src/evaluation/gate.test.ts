import { describe, expect, test } from 'vitest';
import type { Metrics } from '../store/model-store.ts';
import { gate } from './gate.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** Metrics of a two-class model: `right` rows of 1,000 are right, `frequent` belong to the larger class. */
function metrics(right: number, frequent: number): Metrics {
  const interval = wilsonInterval(right, 1_000);
  const wrong = 1_000 - right;
  return {
    rows: 1_000,
    accuracy: right / 1_000,
    accuracyLow: interval.low,
    accuracyHigh: interval.high,
    balancedAccuracy: 0,
    macroF1: 0,
    logLoss: 0,
    confusion: [
      [frequent - wrong, wrong],
      [0, 1_000 - frequent],
    ],
  };
}

describe('gate', () => {
  test('accepts a model that beats the most frequent class beyond chance', () => {
    expect(gate(metrics(900, 600)).accepted).toBe(true);
  });

  test('refuses one that only might', () => {
    // 620 of 1,000: above 59.45 % with 95 % confidence, against 60 % for the class itself.
    const verdict = gate(metrics(620, 600));
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons).toEqual([
      'not met: accuracy 62.00 % (95 % sure of 59.45 %) against 60.00 % for always the most frequent class',
    ]);
  });

  test('meets an accuracy that is asked for when it is equal, and not just below', () => {
    expect(gate(metrics(950, 600), { minAccuracy: 0.95 }).accepted).toBe(true);
    expect(gate(metrics(949, 600), { minAccuracy: 0.95 }).accepted).toBe(false);
  });

  test('refuses without held-out rows', () => {
    expect(gate({ ...metrics(900, 600), rows: 0 }).accepted).toBe(false);
  });

  test('takes a perfect model where all held-out rows are of one class', () => {
    expect(gate({ ...metrics(1_000, 1_000), confusion: [[1_000]] }).accepted).toBe(true);
  });
});
