import { binCountOf, checkReference } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import { importShuttle } from '../testing/real-data.ts';
import { modelReference } from './model-reference.ts';

/** The textbook formula: sum of (a - b) ln(a / b), empty bins as 1e-4. */
function stabilityIndex(reference: readonly number[], current: readonly number[]): number {
  const share = (counts: readonly number[], bin: number) =>
    Math.max(1e-4, counts[bin]! / counts.reduce((sum, count) => sum + count, 0));
  return reference.reduce((sum, _, bin) => {
    const [a, b] = [share(reference, bin), share(current, bin)];
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

const NOTHING = { rows: 0, probabilities: new Float32Array(), classIndex: new Int32Array() };

async function shuttleReference(from: number, to: number) {
  const { table, description } = await importShuttle(10_000);
  const features = table.columns.flatMap((column) =>
    column.kind === 'number' ? [{ name: column.name, values: column.values.slice(from, to) }] : [],
  );
  const { classes } = description;
  return modelReference({
    classes,
    features,
    seen: NOTHING,
    predictions: NOTHING,
    labels: new Int32Array(),
    accuracy: 1,
  });
}

describe('reference of a model', () => {
  test('is sound, with at most ten bins that cut whole numbers between values', async () => {
    const reference = await shuttleReference(0, 10_000);
    expect(checkReference(reference, 7)).toEqual([]);
    for (const feature of reference.features) {
      expect(feature.bins.length).toBe(binCountOf(feature));
      expect(feature.bins.length).toBeLessThanOrEqual(10);
      expect(feature.bins.reduce((sum, count) => sum + count, 0)).toBe(10_000);
      expect(new Set(feature.edges).size).toBe(feature.edges.length);
    }
    // V2 mostly reads 0 and still has a bin on either side of it.
    const v2 = reference.features.find(({ name }) => name === 'V2');
    expect(v2?.edges).toContain(0);
    expect(v2?.bins.length).toBeGreaterThanOrEqual(3);
  });

  test('stays below every drift threshold on other rows of the same sensors', async () => {
    const made = await shuttleReference(0, 5_000);
    const { table } = await importShuttle(10_000);
    for (const feature of made.features) {
      const column = table.columns.find(({ name }) => name === feature.name);
      if (column?.kind !== 'number') throw new Error('no numbers');
      const counts = new Array<number>(feature.bins.length).fill(0);
      for (const value of column.values.slice(5_000)) {
        counts[feature.edges.filter((edge) => value >= edge).length]! += 1;
      }
      expect(stabilityIndex(feature.bins, counts)).toBeLessThan(0.02);
    }
  });

  test('shows a shifted sensor clearly', async () => {
    const made = await shuttleReference(0, 5_000);
    const { table } = await importShuttle(10_000);
    const v9 = made.features.find(({ name }) => name === 'V9');
    const column = table.columns.find(({ name }) => name === 'V9');
    if (v9 === undefined || column?.kind !== 'number') throw new Error('no V9');
    const counts = new Array<number>(v9.bins.length).fill(0);
    for (const value of column.values.slice(5_000)) counts[v9.edges.filter((edge) => value + 60 >= edge).length]! += 1;
    expect(stabilityIndex(v9.bins, counts)).toBeGreaterThan(1);
  });

  test('counts missing values apart and knows predictions and their confidence', () => {
    const predictions = {
      rows: 2,
      probabilities: Float32Array.of(0.9, 0.1, 0, 1),
      classIndex: Int32Array.of(0, 1),
    };
    const reference = modelReference({
      classes: ['a', 'b'],
      features: [{ name: 'x', values: Float64Array.of(1, Number.NaN, 3) }],
      seen: predictions,
      predictions,
      labels: Int32Array.of(0, 0),
      accuracy: 0.5,
    });
    expect(reference.features[0]).toMatchObject({ missing: 1, min: 1, max: 3, mean: 2, m2: 2 });
    expect(reference.predictedClasses).toEqual([1, 1]);
    expect(reference.confidenceBins.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(reference.confidenceBins.at(-1)).toBe(1);
  });
});
