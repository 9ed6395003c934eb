import { describe, expect, test } from 'vitest';
import { formatAgo, formatDate, formatDuration } from './times.ts';

describe('formatAgo', () => {
  test('names the largest unit that fits', () => {
    const seconds = [0, 5, 59, 60, 3599, 3600, 86_399, 86_400 * 5];
    expect(seconds.map((ago) => formatAgo(0, ago * 1000))).toEqual([
      'now',
      '5 s ago',
      '59 s ago',
      '1 min ago',
      '59 min ago',
      '1 h ago',
      '23 h ago',
      '5 d ago',
    ]);
  });

  test('takes a time ahead of our clock for now', () => {
    expect(formatAgo(10_000, 0)).toBe('now');
  });

  test('says never for no time at all', () => {
    expect(formatAgo(null, 0)).toBe('never');
  });
});

test('formatDuration gives one unit', () => {
  expect([900, 90_000, 7_200_000].map(formatDuration)).toEqual(['1 s', '1 min', '2 h']);
});

test('formatDate shows a dash for no time', () => {
  expect(formatDate(null)).toBe('–');
});
