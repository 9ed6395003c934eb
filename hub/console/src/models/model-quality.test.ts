import type { ClassMetrics, NumberMetrics } from '@edgeloop/hub';
import { expect, test } from 'vitest';
import { formatQuality, formatQualityChange, namedQualityText, qualityName, qualityText } from './model-quality.ts';

const CLASSES: ClassMetrics = {
  ...{ task: 'classification', rows: 9, accuracy: 0.9, accuracyLow: 0.8, accuracyHigh: 0.95, balancedAccuracy: 0.8 },
  ...{ macroF1: 0.8, logLoss: 1, rocAuc: 0.955, rocAucLow: 0.9, rocAucHigh: 0.99, perClass: [], confusion: [] },
};
const ANOMALIES: ClassMetrics = { ...CLASSES, task: 'anomaly' };
const NUMBERS: NumberMetrics = { task: 'regression', rows: 9, rmse: 1, mae: 1, r2: 0.8125, r2Low: 0.7, r2High: 0.9 };

test('each task is judged by its own figure', () => {
  expect([CLASSES, ANOMALIES, NUMBERS, null].map(qualityText)).toEqual(['90.0 %', '95.5 %', '0.813', '–']);
  expect([CLASSES, ANOMALIES, NUMBERS, undefined].map(namedQualityText)).toEqual([
    '90.0 % accuracy',
    'ROC-AUC 95.5 %',
    'R² 0.813',
    '–',
  ]);
  expect(qualityText({ ...ANOMALIES, rocAuc: null })).toBe('90.0 %');
});

test('a column is named after its figure when there is only one', () => {
  expect(qualityName([CLASSES, null, CLASSES])).toBe('Accuracy');
  expect(qualityName([ANOMALIES])).toBe('ROC-AUC');
  expect(qualityName([NUMBERS, CLASSES])).toBe('Quality');
  expect(qualityName([])).toBe('Quality');
});

test('changes have a sign, in points or as they are', () => {
  expect(formatQualityChange('accuracy', -0.0123)).toBe('−1.23 points');
  expect([0.0123, -0.5, 0.0001, null].map((change) => formatQualityChange('r2', change))).toEqual([
    '+0.012',
    '−0.500',
    '0.000',
    '–',
  ]);
  expect([formatQuality('r2', -0.25), formatQuality('rocAuc', 0.5)]).toEqual(['-0.250', '50.0 %']);
});
