import { describe, expect, test } from 'vitest';
import { cellOf, type Table } from '../store/table.ts';
import { importShuttle } from '../testing/real-data.ts';
import { type RowSplit, splitRows } from './split-rows.ts';
import { takeRows } from './table-rows.ts';

const SHARES = { train: 0.7, validation: 0.15, test: 0.15 };
const OPTIONS = { seed: 7, shares: SHARES, label: 'Class' };

/** What stands in the rows of each part, as text. */
function contents(table: Table, places: Int32Array): string[] {
  return Array.from(places, (row) => table.columns.map((column) => cellOf(column, row)).join());
}

describe('splitting rows', () => {
  test('puts every row into exactly one part, in about the shares asked for', async () => {
    const { table } = await importShuttle(5_000);
    const { train, validation, test: held } = splitRows(table, OPTIONS);
    expect([...train, ...validation, ...held].sort((a, b) => a - b)).toEqual([...Array(5_000).keys()]);
    // A group of equal rows is not divided, and each class rounds by itself.
    expect(train.length / 5_000).toBeCloseTo(0.7, 2);
    expect(validation.length / 5_000).toBeCloseTo(0.15, 2);
  });

  test('gives each part the classes in the same proportions', async () => {
    const { table } = await importShuttle(5_000);
    const label = table.columns.at(-1);
    if (label?.kind !== 'category') throw new Error('no label');
    const share = (places: Int32Array, code: number) =>
      places.filter((row) => label.codes[row] === code).length / places.length;
    const { train, test: held } = splitRows(table, OPTIONS);
    for (const name of ['Rad.Flow', 'High', 'Bypass']) {
      const code = label.levels.indexOf(name);
      expect(share(held, code)).toBeCloseTo(share(train, code), 2);
    }
    const trained = new Set(Array.from(train, (row) => label.codes[row]));
    expect(trained.size).toBe(label.levels.length);
  });

  test('is the same every time and another one for another seed', async () => {
    const { table } = await importShuttle(1_000);
    expect(splitRows(table, OPTIONS)).toEqual(splitRows(table, OPTIONS));
    expect(splitRows(table, { ...OPTIONS, seed: 8 }).test).not.toEqual(splitRows(table, OPTIONS).test);
  });

  test('does not depend on the order of the rows', async () => {
    const { table } = await importShuttle(1_000);
    const turned = takeRows(
      table,
      Array.from({ length: 1_000 }, (_, row) => 999 - row),
    );
    const sorted = (source: Table, split: RowSplit) => contents(source, split.test).sort();
    expect(sorted(turned, splitRows(turned, OPTIONS))).toEqual(sorted(table, splitRows(table, OPTIONS)));
  });

  test('keeps equal rows together', async () => {
    const { table } = await importShuttle(1_000);
    const doubled = takeRows(
      table,
      Array.from({ length: 2_000 }, (_, row) => row % 1_000),
    );
    const { train, validation, test: held } = splitRows(doubled, OPTIONS);
    const seen = new Set(contents(doubled, train));
    for (const row of [...contents(doubled, validation), ...contents(doubled, held)]) expect(seen).not.toContain(row);
  });

  test('gives nothing to a part without a share', async () => {
    const { table } = await importShuttle(500);
    const split = splitRows(table, { ...OPTIONS, shares: { train: 0.8, validation: 0.2, test: 0 } });
    expect(split.test).toHaveLength(0);
    expect(split.train.length + split.validation.length).toBe(500);
  });
});
