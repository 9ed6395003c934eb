import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../training/seeded-random.ts';
import { rocAuc } from './roc-auc.ts';
import { rocAucInterval } from './roc-auc-interval.ts';

describe('area under the ROC curve', () => {
  test('is the share of pairs in order, ties half', () => {
    // Hanley and McNeil, The meaning and use of the area under a receiver operating characteristic curve, 1982, table I:
    // 109 images rated 1 to 5, area 0.893.
    const rated = (counts: readonly number[]) =>
      Float32Array.from(counts.flatMap((count, at) => Array(count).fill(at)));
    const [abnormal, normal] = [rated([3, 2, 2, 11, 33]), rated([33, 6, 6, 11, 2])];
    expect(rocAuc(abnormal, normal)).toBeCloseTo(0.893, 3);
    expect(rocAuc(normal, abnormal)).toBeCloseTo(1 - 0.893, 3);
  });

  test('is a half where nothing is told, and unknown without either kind', () => {
    expect(rocAuc(Float32Array.of(2, 2), Float32Array.of(2))).toBe(0.5);
    expect(rocAuc(Float32Array.of(3), Float32Array.of(2, 1))).toBe(1);
    expect(rocAuc(Float32Array.of(), Float32Array.of(2))).toBeNull();
    expect(rocAuc(Float32Array.of(2), Float32Array.of())).toBeNull();
  });
});

describe('interval of the area', () => {
  test('has the bounds that solve the equation of Newcombe', () => {
    const [area, positives, negatives] = [0.893, 51, 58];
    const { low, high } = rocAucInterval(area, positives, negatives);
    const others = (positives + negatives) / 2 - 1;
    for (const bound of [low, high]) {
      const spread = 1 + (others * (1 - bound)) / (2 - bound) + (others * bound) / (1 + bound);
      const variance = (bound * (1 - bound) * spread) / (positives * negatives);
      expect(Math.abs(area - bound) / Math.sqrt(variance)).toBeCloseTo(1.959964, 5);
    }
    // Hanley and McNeil give a standard error of 0.032.
    expect((high - low) / (2 * 1.96)).toBeCloseTo(0.032, 2);
  });

  test('stays honest at the ends and with a single row of a kind', () => {
    const perfect = rocAucInterval(1, 30, 30);
    expect(perfect.high).toBe(1);
    expect(perfect.low).toBeGreaterThan(0.85);
    expect(perfect.low).toBeLessThan(0.97);
    expect(rocAucInterval(0, 30, 30).low).toBe(0);
    // One row above all others is that by chance once in as many.
    expect(rocAucInterval(1, 1, 10).low).toBeLessThan(0.5);
    expect(rocAucInterval(0.5, 0, 10)).toEqual({ low: 0, high: 1 });
  });

  test('holds the true area 95 times in 100', () => {
    const random = new SeededRandom(2);
    let held = 0;
    for (let trial = 0; trial < 1_000; trial++) {
      // The larger of two against one uniform number: the area is 2 / 3.
      const positives = Float32Array.from({ length: 20 }, () => Math.max(random.next(), random.next()));
      const negatives = Float32Array.from({ length: 60 }, () => random.next());
      const { low, high } = rocAucInterval(rocAuc(positives, negatives) ?? 0, 20, 60);
      if (low <= 2 / 3 && 2 / 3 <= high) held++;
    }
    expect(held / 1_000).toBeGreaterThan(0.93);
    expect(held / 1_000).toBeLessThan(0.975);
  });
});
