import { expect, test } from 'vitest';
import { csvDelimiterOf } from './csv-delimiter.ts';

test('the delimiter of a CSV file is what its first line has most of', () => {
  expect(csvDelimiterOf('a;b;c,d')).toBe(';');
  expect(csvDelimiterOf('a\tb')).toBe('\t');
  expect(csvDelimiterOf('a|b|c')).toBe('|');
  expect(csvDelimiterOf('a,b')).toBe(',');
  expect(csvDelimiterOf('alone')).toBe(',');
});
