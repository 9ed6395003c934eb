import { expect, test } from 'vitest';
import { fewRowsNotes, goldenRowCount } from './golden.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

test('small rows come in the usual number', () => {
  expect(goldenRowCount(36)).toBe(32);
  expect(goldenRowCount(64 * KIB)).toBe(32);
});

test('large rows are fewer, but not fewer than test a device', () => {
  expect(goldenRowCount(100 * KIB)).toBe(20);
  expect(goldenRowCount(2 * MIB)).toBe(16);
});

test('enormous rows are as few as can travel, and that is told', () => {
  expect(goldenRowCount(10 * MIB)).toBe(3);
  expect(goldenRowCount(50 * MIB)).toBe(1);
  expect(fewRowsNotes(3, 10 * MIB)).toEqual([
    'golden vectors have 3 rows instead of at least 16: one row takes 10240 KiB',
  ]);
  expect(fewRowsNotes(16, MIB)).toEqual([]);
});
