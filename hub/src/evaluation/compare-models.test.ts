import { describe, expect, test } from 'vitest';
import { compareModels, judgeChallenger } from './compare-models.ts';

/** Answers of a model on rows whose true class is always 1: the first `wrongFrom` to `wrongTo` are wrong. */
function answers(rows: number, wrongFrom: number, wrongTo: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => (row >= wrongFrom && row < wrongTo ? 0 : 1));
}

const LABELS = new Int32Array(1_000).fill(1);

describe('comparing champion and challenger', () => {
  test('counts the rows that only one gets right', () => {
    const comparison = compareModels(answers(1_000, 0, 100), answers(1_000, 80, 120), LABELS);
    expect(comparison).toMatchObject({ rows: 1_000, onlyChampion: 20, onlyChallenger: 80 });
    expect(comparison.championAccuracy).toBeCloseTo(0.9, 12);
    expect(comparison.challengerAccuracy).toBeCloseTo(0.96, 12);
    expect(comparison.pValue).toBeLessThan(1e-8);
    expect(judgeChallenger(comparison, 0.005).accepted).toBe(true);
  });

  test('refuses a challenger that is better by less than asked for', () => {
    const comparison = compareModels(answers(1_000, 0, 20), answers(1_000, 0, 10), LABELS);
    expect(judgeChallenger(comparison, 0.005).accepted).toBe(true);
    const verdict = judgeChallenger(comparison, 0.02);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons[0]).toMatch(/^not met: accuracy on the same 1000 rows 99.00 % against 98.00 %/);
  });

  test('refuses a gain that chance may have made', () => {
    const comparison = compareModels(answers(1_000, 0, 9), answers(1_000, 9, 12), LABELS);
    const verdict = judgeChallenger(comparison, 0);
    expect(verdict.accepted).toBe(false);
    expect(verdict.reasons[1]).toBe('not met: only the challenger right on 9 rows, only the champion on 3, p = 0.15');
  });

  test('refuses a worse and an equal challenger', () => {
    expect(judgeChallenger(compareModels(answers(1_000, 0, 1), answers(1_000, 0, 50), LABELS), 0).accepted).toBe(false);
    expect(judgeChallenger(compareModels(answers(1_000, 0, 9), answers(1_000, 0, 9), LABELS), 0).accepted).toBe(false);
    const nothing = new Int32Array();
    expect(judgeChallenger(compareModels(nothing, nothing, nothing), 0).accepted).toBe(false);
  });
});
