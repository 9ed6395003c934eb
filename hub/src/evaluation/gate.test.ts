import { describe, expect, test } from 'vitest';
import type { Metrics } from '../store/metrics/metrics.ts';
import { completeMetrics } from '../store/metrics/metrics-schema.ts';
import { cannedClassMetrics, cannedNumberMetrics } from '../testing/canned-metrics.ts';
import { gate } from './gate.ts';

/** Metrics of a two-class model: `right` rows of 1,000 are right, `frequent` belong to the larger class. */
function metrics(right: number, frequent: number): Metrics {
  const wrong = 1_000 - right;
  const figures = { rows: 1_000, accuracy: right / 1_000, accuracyLow: 0, accuracyHigh: 1, macroF1: 0.4, logLoss: 0 };
  const confusion = [
    [frequent - wrong, wrong],
    [0, 1_000 - frequent],
  ];
  return completeMetrics({ ...figures, confusion });
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
    expect(gate(metrics(1_000, 1_000)).accepted).toBe(true);
  });

  test('asks for F1 of all classes, of some, and for ROC-AUC', () => {
    // F1 of the second class: 2 * 400 / (400 + 500).
    const classes = ['ham', 'spam'];
    const ask = (rules: Parameters<typeof gate>[1]) => gate(metrics(900, 600), rules, { classes });
    expect(ask({ minMacroF1: 0.4, minF1: { spam: 0.88 } }).accepted).toBe(true);
    expect(ask({ minMacroF1: 0.41 }).reasons[1]).toBe('not met: macro F1 40.00 % against 41.00 % asked for');
    expect(ask({ minF1: { spam: 0.9 } }).reasons[1]).toBe(
      'not met: F1 of class "spam" 88.89 % against 90.00 % asked for',
    );
    expect(ask({ minF1: { eggs: 0.9 } }).reasons[1]).toBe(
      'not met: F1 of class "eggs" is not known, 90.00 % asked for',
    );
    expect(ask({ minRocAuc: 0.9 }).reasons[1]).toBe('not met: ROC-AUC is not known, 90.00 % asked for');
    expect(gate(cannedClassMetrics(900, 1_000), { minRocAuc: 0.97 }).accepted).toBe(true);
  });
});

describe('gate of models of numbers', () => {
  test('accepts one that tells more than the mean beyond chance', () => {
    expect(gate(cannedNumberMetrics(), { minR2: 0.8 }).accepted).toBe(true);
    expect(gate(cannedNumberMetrics(), { minR2: 0.81 }).reasons[1]).toBe('not met: R2 0.8000 against 0.8100 asked for');
  });

  test('refuses one that only might', () => {
    const verdict = gate(cannedNumberMetrics({ r2: 0.1, r2Low: -0.1, r2High: 0.3 }));
    expect(verdict.reasons).toEqual(['not met: R2 0.1000 (95 % sure of -0.0678) against 0 for always the mean']);
  });

  test('does not know the accuracy of numbers', () => {
    expect(gate(cannedNumberMetrics(), { minAccuracy: 0.5 }).accepted).toBe(false);
    expect(gate(metrics(900, 600), { minR2: 0.5 }).accepted).toBe(false);
  });
});

describe('gate of models of anomalies', () => {
  /** `alarms` of 1,000 normal rows and `found` of `anomalies` count as anomalies. */
  function anomalyMetrics(alarms: number, found: number, anomalies: number, rocAuc: number | null): Metrics {
    const confusion = [
      [1_000 - alarms, alarms],
      [anomalies - found, found],
    ];
    const rows = 1_000 + anomalies;
    const accuracy = (1_000 - alarms + found) / rows;
    const figures = { rows, accuracy, accuracyLow: 0, accuracyHigh: 1, macroF1: 0, logLoss: 0, rocAuc };
    return completeMetrics({ ...figures, task: 'anomaly', confusion });
  }

  const model = { classes: ['normal', 'anomaly'], falseAlarmShare: 0.01 };

  test('accepts one that separates them beyond chance', () => {
    expect(gate(anomalyMetrics(10, 8, 10, 0.95), { minRocAuc: 0.95 }, model).accepted).toBe(true);
  });

  test('refuses one that only might, however high its area is on a single anomaly', () => {
    const verdict = gate(anomalyMetrics(10, 1, 1, 0.9), {}, model);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons[0]).toMatch(
      /^not met: ROC-AUC 90.00 % \(95 % sure of \d\d.\d\d %\) against 50.00 % for chance, 1 anomalies among 1001 rows$/,
    );
  });

  test('judges by false alarms where no held-out row is an anomaly, and says what is not known', () => {
    // 40 of 1,000 are 3.09 % with 95 % confidence, 38 are 2.92 %.
    expect(gate(anomalyMetrics(38, 0, 0, null), {}, model).accepted).toBe(true);
    const verdict = gate(anomalyMetrics(40, 0, 0, null), {}, model);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons).toEqual([
      'not met: 40 of 1000 normal rows called anomalies (95 % sure of at least 3.10 %) against at most 3.00 %, 3 x what the threshold was set for; how many anomalies it finds is not known, as no held-out row is one',
    ]);
  });

  test('refuses one that nobody saw a normal row of', () => {
    const confusion = [
      [0, 0],
      [2, 8],
    ];
    const figures = { rows: 10, accuracy: 0.8, accuracyLow: 0, accuracyHigh: 1, macroF1: 0, logLoss: 0 };
    expect(gate(completeMetrics({ ...figures, task: 'anomaly', confusion }), {}, model).accepted).toBe(false);
  });
});
