import { describe, expect, test } from 'vitest';
import type { ModelRows } from '../../store/model-rows.ts';
import { pickRows } from '../../store/pick-rows.ts';
import { madeRows } from '../../testing/made-rows.ts';
import { dealFolds } from './deal-folds.ts';

const FOLDS = [0, 1, 2, 3] as const;

describe('folds', () => {
  test('have every row once, and as much of every class', () => {
    const rows = madeRows(['numbers', 'categories'], 200, 1);
    const dealt = dealFolds(rows, { folds: 4, seed: 1 });
    expect(FOLDS.flatMap((fold) => dealt.of(fold)).sort((a, b) => a - b)).toEqual([...Array(200).keys()]);
    for (const fold of FOLDS) {
      expect([...dealt.of(fold), ...dealt.apartFrom(fold)]).toHaveLength(200);
      const labels = (pickRows(rows, dealt.of(fold)).target as { labels: Int32Array }).labels;
      const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
      expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
    }
  });

  test('keep rows together that read the same, whatever they are called', () => {
    const once = madeRows(['numbers', 'categories', 'text'], 60, 1);
    const twice: ModelRows = pickRows(once, [...Array(60).keys(), ...Array(60).keys()]);
    (twice.target as { labels: Int32Array }).labels[60] = 1 - (twice.target as { labels: Int32Array }).labels[0]!;
    const dealt = dealFolds(twice, { folds: 4, seed: 1 });
    for (const fold of FOLDS) {
      const rows = new Set(dealt.of(fold));
      expect([...rows].every((row) => rows.has((row + 60) % 120))).toBe(true);
    }
  });

  test('of windows are stretches, and share no reading with the windows apart from them', () => {
    const windows = { size: 8, stride: 3 };
    const readings = (row: number): number[] =>
      Array.from({ length: windows.size }, (_, at) => row * windows.stride + at);
    const dealt = dealFolds(madeRows(['window'], 50, 1), { folds: 4, seed: 1, windows });
    expect(FOLDS.flatMap((fold) => dealt.of(fold))).toEqual([...Array(50).keys()]);
    for (const fold of FOLDS) {
      const own = new Set(dealt.of(fold).flatMap(readings));
      const apart = dealt.apartFrom(fold);
      expect(apart.flatMap(readings).some((reading) => own.has(reading))).toBe(false);
      // At most two windows on either side are left out.
      expect(apart.length).toBeGreaterThanOrEqual(50 - dealt.of(fold).length - 4);
    }
  });
});
