import { binCountOf, checkReference } from '@edgeloop/protocol';
import { describe, expect, test } from 'vitest';
import type { ModelInputSpec } from '../../store/model-rows.ts';
import type { Table } from '../../store/table.ts';
import { cannedClassMetrics, cannedNumberMetrics } from '../../testing/canned-metrics.ts';
import { importShuttle } from '../../testing/real-data.ts';
import { featureReference } from './feature-reference.ts';
import { modelReference } from './model-reference.ts';
import { referenceColumns } from './reference-columns.ts';

/** The textbook formula: sum of (a - b) ln(a / b), empty bins as 1e-4. */
function stabilityIndex(reference: readonly number[], current: readonly number[]): number {
  const share = (counts: readonly number[], bin: number) =>
    Math.max(1e-4, counts[bin]! / counts.reduce((sum, count) => sum + count, 0));
  return reference.reduce((sum, _, bin) => {
    const [a, b] = [share(reference, bin), share(current, bin)];
    return sum + (a - b) * Math.log(a / b);
  }, 0);
}

const METRICS = cannedClassMetrics(50, 100);

async function shuttleReference(from: number, to: number) {
  const { table, description } = await importShuttle(10_000);
  const columns = table.columns.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  const places = Int32Array.from({ length: to - from }, (_, row) => from + row);
  const inputs = [{ name: 'features', kind: 'numbers', columns, dims: [columns.length] }] as const;
  const { classes } = description;
  const nothing = {
    kind: 'classes',
    rows: 0,
    probabilities: new Float32Array(),
    classIndex: new Int32Array(),
  } as const;
  const target = { kind: 'classes', classes, labels: new Int32Array() } as const;
  return modelReference({
    columns: referenceColumns(table, places, inputs),
    seen: nothing,
    unseen: { predictions: nothing, target },
    metrics: METRICS,
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
      kind: 'classes',
      rows: 2,
      probabilities: Float32Array.of(0.9, 0.1, 0, 1),
      classIndex: Int32Array.of(0, 1),
    } as const;
    const reference = modelReference({
      columns: [{ kind: 'number', name: 'x', values: Float64Array.of(1, Number.NaN, 3) }],
      seen: predictions,
      unseen: { predictions, target: { kind: 'classes', classes: ['a', 'b'], labels: Int32Array.of(0, 0) } },
      metrics: METRICS,
    });
    expect(reference.features[0]).toMatchObject({ missing: 1, min: 1, max: 3, mean: 2, m2: 2 });
    expect(reference.predictedClasses).toEqual([1, 1]);
    expect(reference.confidenceBins.reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(reference.confidenceBins.at(-1)).toBe(1);
    expect(reference.accuracy).toBe(0.5);
  });

  test('of numbers knows no classes, and is sound', () => {
    const seen = { kind: 'number', rows: 2, values: Float32Array.of(1, 2) } as const;
    const target = { kind: 'number', column: 'y', values: Float32Array.of(1, 2) } as const;
    const columns = [{ kind: 'time', name: 'at', values: Float64Array.of(1.7e9, 1.7e9 + 60) }] as const;
    const unseen = { predictions: seen, target };
    const reference = modelReference({ columns, seen, unseen, metrics: cannedNumberMetrics() });
    expect(checkReference(reference, 0)).toEqual([]);
    expect(reference).toMatchObject({ predictedClasses: [], confidenceBins: [], calibrationConfidence: [] });
    expect(reference.features[0]).toMatchObject({ kind: 'time', min: 1.7e9, max: 1.7e9 + 60 });
  });
});

describe('reference of columns that are no numbers', () => {
  test('gives the most frequent levels a bin, and one to all others', () => {
    const values = Array.from({ length: 1_100 }, (_, row) =>
      row >= 1_024 ? '' : `level ${Math.floor(Math.sqrt(row))}`,
    );
    const feature = featureReference({ kind: 'category', name: 'c', values });
    expect(feature).toMatchObject({ kind: 'category', edges: [], missing: 76 });
    expect(feature.levels).toHaveLength(20);
    expect(feature.bins).toHaveLength(21);
    // Later levels have more rows: level n those from n² on and before (n + 1)².
    expect([...feature.levels].sort()).toEqual(Array.from({ length: 20 }, (_, index) => `level ${index + 12}`));
    expect(feature.bins.reduce((sum, count) => sum + count, 0)).toBe(1_024);
    expect(feature.bins.at(-1)).toBe(12 ** 2);
  });

  test('reads the columns of all inputs as devices do, each once, and neither texts nor images', () => {
    const coded = (kind: 'category' | 'time' | 'text', name: string, levels: string[], codes: number[]) =>
      ({ kind, name, levels, codes: Int32Array.from(codes) }) as const;
    const table: Table = {
      rows: 3,
      columns: [
        { kind: 'number', name: 'x', values: Float64Array.of(0.1, Number.NaN, 0.3) },
        coded('category', 'city', ['Bonn', 'Ulm'], [1, -1, 0]),
        coded('time', 'at', ['1970-01-01', '1970-01-02'], [0, 1, -1]),
        coded('text', 'note', ['a b', 'c d'], [0, 1, 1]),
      ],
    };
    const input = (name: string, kind: ModelInputSpec['kind'], ...columns: string[]): ModelInputSpec => ({
      ...{ name, kind, columns, dims: [columns.length] },
    });
    const inputs = [
      input('features', 'numbers', 'x'),
      input('window', 'window', 'x'),
      input('categories', 'categories', 'city'),
      input('times', 'times', 'at'),
      input('text', 'text', 'note'),
    ];
    expect(referenceColumns(table, Int32Array.of(2, 0, 1), inputs)).toEqual([
      { kind: 'number', name: 'x', values: Float64Array.of(0.3, 0.1, Number.NaN) },
      { kind: 'category', name: 'city', values: ['Bonn', 'Ulm', ''] },
      { kind: 'time', name: 'at', values: Float64Array.of(Number.NaN, 0, 86_400) },
    ]);
  });
});
