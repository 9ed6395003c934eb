import { describe, expect, test } from 'vitest';
import { columnRows, prepared } from '../../testing/prepared.ts';
import { runPython } from '../../testing/python.ts';

/** The graph computes in float32, the references in float64. */
const DIGITS = 5;
const NaN32 = Number.NaN;

const SCIKIT = `
import numpy
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler, MinMaxScaler
given = json.load(sys.stdin)
x = numpy.array(given["rows"], dtype=numpy.float32).astype(float)
scalers = {"standard": StandardScaler, "min-max": MinMaxScaler}
print(json.dumps([
    scalers[scale]().fit(x).transform(SimpleImputer(strategy=impute).fit_transform(x)).tolist()
    for scale, impute in given["cases"]
]))`;

/** Column a without gaps, b with some, an odd number of values known, so that the median is one of them. */
const ROWS = [
  [1, 5],
  [2, NaN32],
  [4, -3],
  [8, 0.5],
  [16, NaN32],
];

describe('preparing numbers', () => {
  test('numbers that differ by next to nothing stay numbers', async () => {
    const rows = [[1e-40], [2e-40], [3e-40], [1e-40], [2e-40]];
    for (const scale of ['robust', 'standard', 'min-max'] as const) {
      const made = await prepared(columnRows('numbers', ['a'], rows), { numbers: { scale } });
      expect(made.rows.flat().every(Number.isFinite)).toBe(true);
    }
  });

  test('filling gaps and scaling is what scikit-learn makes of it', async (context) => {
    const cases = (['standard', 'min-max'] as const).flatMap((scale) =>
      (['mean', 'median'] as const).map((impute) => [scale, impute] as const),
    );
    const rows = ROWS.map((row) => row.map((value) => (Number.isNaN(value) ? null : value)));
    const expected = runPython(SCIKIT, { rows, cases }) as number[][][] | undefined;
    if (expected === undefined) return context.skip('no Python interpreter here has scikit-learn');
    for (const [index, [scale, impute]] of cases.entries()) {
      const settings = { numbers: { scale, impute, indicator: false } };
      expectClose((await prepared(columnRows('numbers', ['a', 'b'], ROWS), settings)).rows, expected[index] ?? []);
    }
  });

  test('by default, numbers are centred on the median, divided by the quartile distance and squashed', async () => {
    const values = [3, 1, 2, 5, 4, 100, -1_000_000, 2.5, 3.5];
    const { rows, parts, dims } = await prepared(
      columnRows(
        'numbers',
        ['a'],
        values.map((value) => [value]),
      ),
    );
    const scale = (4 - 2) / 1.349;
    expectClose(
      rows,
      values.map((value) => [Math.min(8, Math.max(-8, Math.asinh((value - 3) / scale)))]),
    );
    expect(parts).toEqual([{ name: 'values', kind: 'values', dims: [1], entries: ['a'] }]);
    expect(dims).toEqual([1]);
  });

  test('an indicator is there for columns that lacked values in training, unless told otherwise', async () => {
    const train = columnRows('numbers', ['a', 'b'], ROWS);
    const automatic = await prepared(train);
    expect(automatic.parts[0]?.entries).toEqual(['a', 'b', 'b is missing']);
    expect(automatic.rows.map((row) => row[2])).toEqual([0, 1, 0, 0, 1]);
    const columns = { a: { indicator: true }, b: { indicator: false } };
    const told = await prepared(train, { columns }, columnRows('numbers', ['a', 'b'], [[NaN32, 0]]));
    expect(told.parts[0]?.entries).toEqual(['a', 'b', 'a is missing']);
    expect(told.rows[0]?.[2]).toBe(1);
  });

  test('a constant fills gaps, and columns differ where they are told to', async () => {
    const columns = {
      a: { scale: 'none', impute: 'constant', value: -7 },
      b: { scale: 'min-max', impute: 'constant', value: 5, indicator: false },
    } as const;
    const train = columnRows(
      'numbers',
      ['a', 'b', 'c'],
      ROWS.map((row) => [...row, 0]),
    );
    const { rows } = await prepared(train, { columns }, columnRows('numbers', ['a', 'b', 'c'], [[NaN32, NaN32, 2]]));
    expectClose(rows, [[-7, 1, Math.asinh(2)]]);
  });

  test('values are cut off at bounds, in the units of the column or at quantiles of the training rows', async () => {
    const train = columnRows(
      'numbers',
      ['a', 'b'],
      Array.from({ length: 101 }, (_, at) => [at, at]),
    );
    const columns = { a: { clip: { low: 10 } }, b: { clip: { low: 0.1, high: 0.9, of: 'quantiles' } } } as const;
    const rows = columnRows(
      'numbers',
      ['a', 'b'],
      [
        [-50, -50],
        [500, 500],
        [50, 50],
      ],
    );
    const { rows: got } = await prepared(train, { numbers: { scale: 'none' }, columns }, rows);
    expectClose(got, [
      [10, 10],
      [500, 90],
      [50, 50],
    ]);
  });

  test('what a network computes from infinities, and from columns of which nothing is known, is a number', async () => {
    for (const scale of ['robust', 'standard', 'min-max', 'none'] as const) {
      const train = columnRows(
        'numbers',
        ['a', 'b'],
        [
          [1, NaN32],
          [Number.POSITIVE_INFINITY, NaN32],
          [3, NaN32],
        ],
      );
      const rows = columnRows(
        'numbers',
        ['a', 'b'],
        [
          [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
          [3.4e38, -3.4e38],
        ],
      );
      const { rows: got } = await prepared(train, { numbers: { scale } }, rows);
      expect(got.flat().every(Number.isFinite), scale).toBe(true);
      expect(got[0]?.[0]).toBeGreaterThan(0);
      expect(got[0]?.[1]).toBeLessThan(0);
    }
  });

  test('a column that never changes is 0', async () => {
    for (const scale of ['robust', 'standard', 'min-max'] as const) {
      const { rows } = await prepared(columnRows('numbers', ['a'], [[5], [5], [5]]), { numbers: { scale } });
      expect(rows).toEqual([[0], [0], [0]]);
    }
  });
});

function expectClose(got: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(got.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  for (const [row, values] of expected.entries()) {
    for (const [at, value] of values.entries()) expect(got[row]?.[at], `row ${row}, ${at}`).toBeCloseTo(value, DIGITS);
  }
}
