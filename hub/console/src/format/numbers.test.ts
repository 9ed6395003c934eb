import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatLatency,
  formatPercent,
  formatPoints,
  formatRate,
  formatScore,
  NO_FIGURE,
} from './numbers.ts';

describe('formatPercent', () => {
  test('never rounds something short of all up to all', () => {
    expect(formatPercent(0.99999)).toBe('99.99 %');
    expect(formatPercent(1)).toBe('100.00 %');
  });

  test('gives one digit in the middle and two at the ends', () => {
    expect(formatPercent(0.8766)).toBe('87.7 %');
    expect(formatPercent(0.9934)).toBe('99.34 %');
    expect(formatPercent(0)).toBe('0.00 %');
    expect(formatPercent(0.005)).toBe('0.50 %');
  });
});

describe('formatPoints', () => {
  test('carries the sign of the difference', () => {
    expect(formatPoints(0.0123)).toBe('+1.23 points');
    expect(formatPoints(-0.4)).toBe('−40.00 points');
    expect(formatPoints(-0.00001)).toBe('0.00 points');
  });
});

describe('formatBytes', () => {
  test('chooses the unit that leaves one to three digits before the point', () => {
    expect([0, 999, 1000, 12_345, 123_456, 999_600, 190e6, 3.2e12].map((bytes) => formatBytes(bytes))).toEqual([
      '0 B',
      '999 B',
      '1.00 kB',
      '12.3 kB',
      '123 kB',
      '1.00 MB',
      '190 MB',
      '3.20 TB',
    ]);
  });
});

describe('formatLatency', () => {
  test('keeps three digits from microseconds to seconds', () => {
    expect([0.0431, 1.234, 12.34, 123.4, 1234].map((ms) => formatLatency(ms))).toEqual([
      '0.043 ms',
      '1.23 ms',
      '12.3 ms',
      '123 ms',
      '1.23 s',
    ]);
  });
});

describe('other figures', () => {
  test('counts have their thousands apart', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect(formatCompact(1_234_567)).toBe('1.23M');
  });

  test('rates have a digit behind the point only below ten a second', () => {
    expect([0, 0.43, 12.4, 3400].map((rate) => formatRate(rate))).toEqual(['0/s', '0.4/s', '12/s', '3,400/s']);
  });

  for (const format of [
    formatBytes,
    formatCompact,
    formatCount,
    formatLatency,
    formatPercent,
    formatPoints,
    formatRate,
    formatScore,
  ]) {
    test(`${format.name} shows a dash where there is no figure`, () => {
      expect([null, undefined, Number.NaN].map((value) => format(value))).toEqual([NO_FIGURE, NO_FIGURE, NO_FIGURE]);
    });
  }
});
