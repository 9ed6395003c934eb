import { describe, expect, test } from 'vitest';
import { InternalError } from '../errors.ts';
import type { ModelPredictions, Target } from '../store/model-rows.ts';
import { compareModels, judgeChallenger } from './compare-models.ts';

/** Answers of a model on rows whose true class is always 1: the first `wrongFrom` to `wrongTo` are wrong. */
function answers(rows: number, wrongFrom: number, wrongTo: number): ModelPredictions {
  const classIndex = Int32Array.from({ length: rows }, (_, row) => (row >= wrongFrom && row < wrongTo ? 0 : 1));
  return { kind: 'classes', rows, probabilities: new Float32Array(2 * rows), classIndex };
}

function labels(rows: number): Target {
  return { kind: 'classes', classes: ['a', 'b'], labels: new Int32Array(rows).fill(1) };
}

const LABELS = labels(1_000);

describe('comparing champion and challenger', () => {
  test('counts the rows that only one gets right', () => {
    const comparison = compareModels(answers(1_000, 0, 100), answers(1_000, 80, 120), LABELS);
    expect(comparison).toMatchObject({ rows: 1_000, onlyChampion: 20, onlyChallenger: 80 });
    expect(comparison.champion).toBeCloseTo(0.9, 12);
    expect(comparison.challenger).toBeCloseTo(0.96, 12);
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
    const nothing = answers(0, 0, 0);
    expect(judgeChallenger(compareModels(nothing, nothing, labels(0)), 0).accepted).toBe(false);
  });
});

describe('comparing models of numbers', () => {
  const ROWS = 400;
  const truth: Target = {
    kind: 'number',
    column: 'y',
    values: Float32Array.from({ length: ROWS }, (_, row) => row % 20),
  };

  /** Off by `error` on every row but the last `exact`, in turn to either side. */
  function told(error: number, exact = 0): ModelPredictions {
    const values = Float32Array.from({ length: ROWS }, (_, row) => {
      const off = row < ROWS - exact ? error : 0;
      return (row % 20) + (row % 2 === 0 ? off : -off);
    });
    return { kind: 'number', rows: ROWS, values };
  }

  test('tells both shares of the variance and on how many rows one is nearer', () => {
    const comparison = compareModels(told(2), told(1, 100), truth);
    // The variance of 0 to 19 is (20² - 1) / 12.
    expect(comparison.champion).toBeCloseTo(1 - 4 / 33.25, 6);
    expect(comparison.challenger).toBeCloseTo(1 - 0.75 / 33.25, 6);
    expect(comparison).toMatchObject({ figure: 'r2', rows: ROWS, onlyChampion: 0, onlyChallenger: ROWS });
    const verdict = judgeChallenger(comparison, 0.05);
    expect(verdict).toMatchObject({ accepted: true, figure: 'r2' });
    expect(verdict.reasons[0]).toBe(
      'met: R2 on the same 400 rows 0.9774 against 0.8797, more than 0.0500 gain asked for',
    );
    expect(judgeChallenger(comparison, 0.1).accepted).toBe(false);
  });

  test('refuses a gain that a few rows make', () => {
    // Only one of 400 rows differs.
    const comparison = compareModels(told(2), told(2, 1), truth);
    expect(comparison.onlyChallenger).toBe(1);
    expect(judgeChallenger(comparison, 0).accepted).toBe(false);
  });

  test('refuses what cannot be compared', () => {
    expect(() => compareModels(told(1), answers(ROWS, 0, 1), truth)).toThrow(InternalError);
    expect(() => compareModels(told(1), told(2), labels(ROWS))).toThrow(
      'expected predictions of kind classes of both models, got number and number',
    );
  });
});
