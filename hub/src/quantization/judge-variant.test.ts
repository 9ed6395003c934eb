import { describe, expect, test } from 'vitest';
import type { ClassMetrics, Metrics } from '../store/metrics/metrics.ts';
import { cannedClassMetrics, cannedNumberMetrics } from '../testing/canned-metrics.ts';
import { judgeVariant, type MeasuredForm } from './judge-variant.ts';

const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 };

function form(right: number, sizeBytes: number, p50Ms: number): MeasuredForm & { readonly metrics: ClassMetrics } {
  return { sizeBytes, metrics: cannedClassMetrics(right, 1_000, { macroF1: 0 }), latency: { p50Ms, p95Ms: p50Ms } };
}

const FLOAT = form(990, 10_000, 0.02);

describe('judging a smaller form', () => {
  test('accepts a drop of exactly half a point, and refuses one row more', () => {
    expect(judgeVariant(form(985, 5_000, 0.02), FLOAT, GOALS).accepted).toBe(true);
    expect(judgeVariant(form(984, 5_000, 0.02), FLOAT, GOALS).accepted).toBe(false);
  });

  test('holds weak models to one percent of what they have', () => {
    const weak = form(300, 10_000, 0.02);
    expect(judgeVariant(form(297, 5_000, 0.02), weak, GOALS).accepted).toBe(true);
    expect(judgeVariant(form(296, 5_000, 0.02), weak, GOALS).accepted).toBe(false);
  });

  test('refuses what is not smaller', () => {
    const verdict = judgeVariant(form(990, 10_000, 0.01), FLOAT, GOALS);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons[1]).toBe('not met: 10000 bytes against 10000 of float32 (1.00 x)');
  });

  test('tells when rare classes pay for it', () => {
    const weaker = form(989, 5_000, 0.02);
    const float = { ...FLOAT, metrics: { ...FLOAT.metrics, macroF1: 0.97 } };
    const reasons = (macroF1: number) =>
      judgeVariant({ ...weaker, metrics: { ...weaker.metrics, macroF1 } }, float, GOALS).reasons;
    expect(reasons(0.68)[3]).toBe('noted: rare classes suffer, macro F1 68.00 % against 97.00 % of float32');
    expect(reasons(0.96)).toHaveLength(3);
  });

  const judged = (metrics: Metrics, float: Metrics) =>
    judgeVariant({ ...FLOAT, metrics, sizeBytes: 5_000 }, { ...FLOAT, metrics: float }, GOALS);

  test('holds models of numbers to the share of the variance that they tell', () => {
    const float = cannedNumberMetrics({ r2: 0.4, rmse: 2 });
    expect(judged(cannedNumberMetrics({ r2: 0.396 }), float).accepted).toBe(true);
    const worse = judged(cannedNumberMetrics({ r2: 0.395, rmse: 2.008 }), float);
    expect(worse.accepted).toBe(false);
    expect(worse.reasons[0]).toBe(
      'not met: R2 0.3950 against 0.4000 of float32 on 200 held-out rows, a drop of 0.0050 with a drop of 0.0040 allowed',
    );
    expect(worse.reasons[3]).toBe('noted: usual error (RMSE) 2.008 against 2.000 of float32');
  });

  test('holds models of anomalies to their ROC-AUC, and to the threshold', () => {
    const anomalies = (right: number, rocAuc: number | null) =>
      cannedClassMetrics(right, 1_000, { task: 'anomaly', rocAuc });
    const float = anomalies(990, 0.98);
    expect(judged(anomalies(990, 0.976), float).accepted).toBe(true);
    expect(judged(anomalies(990, 0.97), float).reasons[0]).toMatch(/^not met: ROC-AUC 97.00 % against 98.00 %/);
    expect(judged(anomalies(980, 0.98), float).reasons[1]).toMatch(/^not met: accuracy 98.00 % against 99.00 %/);
    expect(judged(anomalies(980, null), anomalies(990, null)).reasons[0]).toMatch(/^not met: accuracy/);
  });

  for (const [p50Ms, word] of [
    [0.03, 'slower than'],
    [0.0205, 'as fast as'],
    [0.01, 'faster than'],
  ] as const) {
    test(`says that it is ${word} float32 without refusing it for that`, () => {
      const verdict = judgeVariant(form(990, 5_000, p50Ms), FLOAT, GOALS);
      expect(verdict.accepted).toBe(true);
      expect(verdict.reasons[2]).toContain(`noted: ${word} float32, ${p50Ms.toFixed(4)} ms a row against 0.0200 ms`);
    });
  }
});
