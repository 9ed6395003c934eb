import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime } from './index.ts';

describe('a time', () => {
  const cases: readonly (readonly [string | number, number | undefined])[] = [
    [1_700_000_000, 1_700_000_000],
    [-1.5, -1.5],
    ['1700000000.25', 1_700_000_000.25],
    [' 1e9 ', 1_000_000_000],
    ['1970-01-01', 0],
    ['1970-01-01T00:00:10', 10],
    ['1970-01-01t00:01Z', 60],
    ['1970-01-01 02:00:00+02:00', 0],
    ['1969-12-31T19:00-0500', 0],
    ['1970-01-01T05:30:00+05:30', 0],
    ['1970-01-01T01:00:00+01', 0],
    ['1970-01-01T24:00', 86_400],
    ['1970-01-01 00:00:00.125', 0.125],
    ['1970-01-01T00:00:00,5Z', 0.5],
    ['2024-02-29', 1_709_164_800],
    ['0099-01-01', -59_042_995_200],
    ['2023-02-29', undefined],
    ['2024-13-01', undefined],
    ['2024-04-31', undefined],
    ['2024-01-01T25:00', undefined],
    ['2024-01-01T24:01', undefined],
    ['2024-01-01T12:60', undefined],
    ['2024-01-01T12:00+24:00', undefined],
    ['2024-01-01Z', undefined],
    ['01/02/2024', undefined],
    ['yesterday', undefined],
    ['', undefined],
    ['0x10', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1e13, undefined],
    ['1.', 1],
    ['.5', 0.5],
    ['.', undefined],
    // Would take hours if digits could be read in several ways.
    [`${'1'.repeat(2_000_000)}x`, undefined],
  ];
  for (const [value, seconds] of cases) {
    test(`${JSON.stringify(value).slice(0, 60)} is ${seconds}`, () => expect(parseTime(value)).toBe(seconds));
  }

  test('of a calendar is the same as the platform computes', () => {
    const dates = fc.date({ min: new Date(-60e12), max: new Date(250e12), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseTime(date.toISOString())).toBeCloseTo(date.getTime() / 1_000, 6);
      }),
    );
  });
});
