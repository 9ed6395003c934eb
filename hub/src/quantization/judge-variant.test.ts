import { describe, expect, test } from 'vitest';
import type { Metrics } from '../store/model-store.ts';
import { judgeVariant, type MeasuredForm } from './judge-variant.ts';

const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01 };

function form(right: number, sizeBytes: number, p50Ms: number): MeasuredForm {
  const accuracy = right / 1_000;
  const metrics: Metrics = {
    ...{
      rows: 1_000,
      accuracy,
      accuracyLow: 0,
      accuracyHigh: 1,
      balancedAccuracy: 0,
      macroF1: 0,
      logLoss: 0,
      confusion: [],
    },
  };
  return { sizeBytes, metrics, latency: { p50Ms, p95Ms: p50Ms } };
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
