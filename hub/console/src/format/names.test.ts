import { expect, test } from 'vitest';
import { counted, shortDigest, stateWord, versionName } from './names.ts';

test('shortDigest keeps the first twelve digits', () => {
  expect(shortDigest('a'.repeat(64))).toBe('a'.repeat(12));
  expect(shortDigest('abc')).toBe('abc');
});

test('versionName leaves out a version nobody knows', () => {
  expect(versionName('shuttle', 3)).toBe('shuttle@3');
  expect(versionName('shuttle', null)).toBe('shuttle');
});

test('stateWord reads like a word', () => {
  expect(stateWord('self-testing')).toBe('self testing');
});

test('counted agrees with its noun', () => {
  expect([counted(1, 'device'), counted(0, 'device'), counted(2, 'retry', 'retries')]).toEqual([
    '1 device',
    '0 devices',
    '2 retries',
  ]);
});
