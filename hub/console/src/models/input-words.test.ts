import { expect, test } from 'vitest';
import { feature, recordedSignature } from '../browser-test/recorded-signature.ts';
import { contentText, inputRows, kindText, outputText } from './input-words.ts';

test('every kind of input is told with what the data held', () => {
  const rows = inputRows(recordedSignature());
  expect(rows.map(kindText)).toEqual([
    'number',
    'category',
    'time',
    'image any × any × 3',
    'window of 64 readings, every 16',
    'text',
  ]);
  expect(rows.map((row) => contentText(row.feature))).toEqual([
    '27.5 to 126',
    'closed, open',
    '2023-11-14 to 2024-03-09',
    '–',
    '–',
    '–',
  ]);
});

test('many levels are counted', () => {
  const levels = Array.from({ length: 40 }, (_, index) => `l${index}`);
  expect(contentText(feature('c', 'category', { levels }))).toMatch(/^40 levels: l0, l1, .*l11, …$/);
});

test('what a model says depends on its task', () => {
  const signature = recordedSignature();
  expect(outputText(signature)).toBe('one of 2 classes: Rad Flow, Fpv Close');
  expect(outputText({ ...signature, task: 'anomaly', threshold: 0.123456 })).toBe('an anomaly from score 0.1235 on');
  const target = feature('price', 'number', { unit: 'EUR', range: { min: 1, max: 12_345.678 } });
  expect(outputText({ ...signature, task: 'regression', target })).toBe('price in EUR; 1 to 12,350 in the data');
});
