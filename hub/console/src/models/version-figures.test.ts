import type { ClassMetrics, VariantRecord } from '@edgeloop/hub';
import { expect, test } from 'vitest';
import { aliasesOf, qualityChange, recallPerClass, sizeShare, smallestAccepted } from './version-figures.ts';

function variant(name: string, sizeBytes: number, accuracy: number, accepted = true): VariantRecord {
  const metrics: ClassMetrics = {
    ...{ task: 'classification', rows: 1, accuracy, accuracyLow: 0, accuracyHigh: 1, balancedAccuracy: 1, macroF1: 1 },
    ...{ rocAuc: null, rocAucLow: null, rocAucHigh: null, perClass: [], logLoss: 0, confusion: [] },
  };
  return { name, sizeBytes, accepted, metrics, digest: '', goldenDigest: '', reasons: [], p50Ms: 1, p95Ms: 1 };
}

const float = variant('float32', 1000, 0.99);
const int8 = variant('int8-static', 300, 0.985);

test('the smallest accepted variant wins over a smaller one that was refused', () => {
  const variants = [float, int8, variant('int8-dynamic', 200, 0.4, false)];
  expect(smallestAccepted({ variants })?.name).toBe('int8-static');
  expect(smallestAccepted({ variants: [] })).toBeUndefined();
});

test('variants are compared with the float form', () => {
  expect(sizeShare(int8, [float, int8])).toBe(0.3);
  expect(qualityChange(int8, [float, int8])).toBeCloseTo(-0.005, 12);
  expect([sizeShare(int8, [int8]), qualityChange(int8, [int8])]).toEqual([null, null]);
});

test('several aliases may point at one version', () => {
  expect(aliasesOf({ champion: 2, challenger: 3, canary: 2 }, 2)).toEqual(['canary', 'champion']);
});

test('recall is counted per true class', () => {
  expect(
    recallPerClass([
      [3, 1],
      [0, 0],
    ]),
  ).toEqual([0.75, null]);
});
