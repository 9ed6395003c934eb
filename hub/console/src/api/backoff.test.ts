import { describe, expect, test } from 'vitest';
import { backoffMs, FIRST_DELAY_MS, LONGEST_DELAY_MS } from './backoff.ts';

describe('backoffMs', () => {
  test('doubles with every failure in a row', () => {
    expect([1, 2, 3].map((failures) => backoffMs(failures, 0))).toEqual([500, 1000, 2000]);
  });

  test('never waits longer than the limit', () => {
    expect(backoffMs(50, 0)).toBe(LONGEST_DELAY_MS);
  });

  test('takes at most half off by chance', () => {
    expect(backoffMs(1, 0.999999)).toBeGreaterThanOrEqual(FIRST_DELAY_MS / 2);
  });
});
