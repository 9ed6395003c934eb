import { describe, expect, test } from 'vitest';
import type { TargetSpec, WindowSpec } from '../store/job-rows.ts';
import type { Table } from '../store/table.ts';
import { importShuttle } from '../testing/real-data.ts';
import { allPlaces, jobParts } from './job-parts.ts';
import { codedColumn, takeRows } from './table-rows.ts';

const SPLIT = { seed: 3, shares: { train: 0.7, validation: 0.15, test: 0.15 } };
const TARGET: TargetSpec = { task: 'classification', column: 'Class', classes: [] };
const WINDOWS: WindowSpec = { size: 16, stride: 4, label: 'last', group: null };

function readings(places: Int32Array, size: number): Set<number> {
  return new Set([...places].flatMap((newest) => Array.from({ length: size }, (_, back) => newest - back)));
}

describe('windows of a job', () => {
  test('share no reading between the parts, and hold most rows in about the shares asked for', async () => {
    const { table } = await importShuttle(5_000);
    const { train, validation, test: held } = jobParts({ split: SPLIT, target: TARGET, windows: WINDOWS }, table, null);
    const parts = [train, validation, held].map((places) => readings(places, WINDOWS.size));
    const all = parts.flatMap((part) => [...part]);
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...all)).toBeLessThan(5_000);
    // The ends of blocks are lost: less than a stride for each of about 100 blocks.
    expect(all.length).toBeGreaterThan(4_500);
    const windows = train.length + validation.length + held.length;
    expect(train.length / windows).toBeCloseTo(0.7, 1);
    expect(held.length / windows).toBeCloseTo(0.15, 1);
  });

  test('have rare classes in every part', async () => {
    const { table } = await importShuttle(5_000);
    const label = table.columns.at(-1);
    if (label?.kind !== 'category') throw new Error('no label');
    const bypass = label.levels.indexOf('Bypass');
    const { train, test: held } = jobParts({ split: SPLIT, target: TARGET, windows: WINDOWS }, table, null);
    for (const places of [train, held]) {
      const rows = [...readings(places, WINDOWS.size)];
      expect(rows.filter((row) => label.codes[row] === bypass).length / rows.length).toBeGreaterThan(0.01);
    }
  });

  test('do not lie over two groups', () => {
    const group = codedColumn(
      'machine',
      'category',
      [...Array(90).keys()].map((row) => (row < 50 ? 'a' : 'b')),
    );
    const label = codedColumn('Class', 'category', Array(90).fill('x'));
    const windows = { ...WINDOWS, size: 8, stride: 1, group: 'machine' };
    const {
      train,
      validation,
      test: held,
    } = jobParts({ split: SPLIT, target: TARGET, windows }, { rows: 90, columns: [group, label] }, null);
    for (const newest of [...train, ...validation, ...held]) expect(newest < 50 || newest >= 57).toBe(true);
    expect(train.length).toBeGreaterThan(0);
  });

  test('are the same for the same seed only', async () => {
    const { table } = await importShuttle(3_000);
    const parts = (seed: number) =>
      jobParts({ split: { ...SPLIT, seed }, target: TARGET, windows: WINDOWS }, table, null);
    expect(parts(3)).toEqual(parts(3));
    expect(parts(4).test).not.toEqual(parts(3).test);
  });

  test('of held-out rows begin behind the data set', async () => {
    const { table } = await importShuttle(1_000);
    const heldOut = takeRows(table, [...Array(40).keys()]);
    const windows = { ...WINDOWS, stride: 8 };
    const parts = jobParts({ split: SPLIT, target: TARGET, windows }, table, heldOut);
    expect([...parts.test]).toEqual([1_015, 1_023, 1_031, 1_039]);
    expect(Math.max(...parts.train, ...parts.validation)).toBeLessThan(1_000);
  });
});

describe('models of anomalies', () => {
  const target: TargetSpec = { task: 'anomaly', column: 'Class', normal: ['Rad.Flow'] };

  test('are made with normal rows and judged by all', async () => {
    const { table } = await importShuttle(2_000);
    const label = table.columns.at(-1);
    if (label?.kind !== 'category') throw new Error('no label');
    const normal = label.levels.indexOf('Rad.Flow');
    const { train, validation, test: held } = jobParts({ split: SPLIT, target }, table, null);
    for (const row of [...train, ...validation]) expect(label.codes[row]).toBe(normal);
    expect(held.some((row) => label.codes[row] !== normal)).toBe(true);
    expect(held.some((row) => label.codes[row] === normal)).toBe(true);
  });

  test('learn from windows in which every reading is normal', () => {
    const states = [...Array(200).keys()].map((row) => (row === 60 ? 'odd' : 'Rad.Flow'));
    const label = codedColumn('Class', 'category', states);
    const windows = { ...WINDOWS, size: 5, stride: 1 };
    const { train, validation } = jobParts({ split: SPLIT, target, windows }, { rows: 200, columns: [label] }, null);
    for (const newest of [...train, ...validation]) expect(newest < 60 || newest > 64).toBe(true);
  });

  test('take every row as normal where no column says otherwise', () => {
    const table: Table = {
      rows: 20,
      columns: [{ kind: 'number', name: 'x', values: new Float64Array(20).map((_, i) => i) }],
    };
    const parts = jobParts({ split: SPLIT, target: { task: 'anomaly', column: null, normal: [] } }, table, null);
    expect(parts.train.length + parts.validation.length + parts.test.length).toBe(20);
  });
});

test('rows without a target are in no part', () => {
  const price = Float64Array.from({ length: 30 }, (_, row) => (row % 3 === 0 ? Number.NaN : row));
  const table: Table = { rows: 30, columns: [{ kind: 'number', name: 'price', values: price }] };
  const request = { split: SPLIT, target: { task: 'regression', column: 'price' } } as const;
  const { train, validation, test: held } = jobParts(request, table, null);
  expect([...train, ...validation, ...held].sort((a, b) => a - b)).toEqual([...allPlaces(table, request)]);
  expect(allPlaces(table, request)).toHaveLength(20);
});
