import { describe, expect, test } from 'vitest';
import { columnRows, prepared } from '../../testing/prepared.ts';
import { runPython } from '../../testing/python.ts';

const COLOURS = [['red'], ['blue'], ['red'], [''], ['grün'], ['blue'], ['red'], ['🟣']];

const SCIKIT = `
from sklearn.preprocessing import OneHotEncoder
given = json.load(sys.stdin)
encoder = OneHotEncoder(handle_unknown="ignore", categories=[given["levels"]])
print(json.dumps(encoder.fit_transform([[value] for value in given["values"]]).toarray().tolist()))`;

describe('preparing categories', () => {
  test('codes count the levels from the most frequent on, and are 0 for unknown and missing ones', async () => {
    const train = columnRows('categories', ['colour'], COLOURS);
    const { rows, parts } = await prepared(train);
    expect(rows.flat()).toEqual([1, 2, 1, 0, 3, 2, 1, 4]);
    expect(parts).toEqual([{ name: 'codes', kind: 'codes', dims: [1], levels: [5], entries: ['colour'] }]);
    const others = columnRows('categories', ['colour'], [['black'], ['Red'], ['grün'], [''], ['red ']]);
    expect((await prepared(train, {}, others)).rows.flat()).toEqual([0, 0, 3, 0, 0]);
  });

  test('one-hot gives each level a value, the unknown ones together the first', async () => {
    const train = columnRows('categories', ['colour'], COLOURS);
    const { rows, parts } = await prepared(train, { categories: { coding: 'one-hot', minCount: 2 } });
    expect(parts[0]?.entries).toEqual(['colour is unknown', 'colour = red', 'colour = blue']);
    expect(rows).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  test('one-hot is, but for the unknown level, what scikit-learn makes of it', async (context) => {
    const values = COLOURS.flat();
    const expected = runPython(SCIKIT, { values, levels: ['red', 'blue', 'grün', '🟣'] }) as number[][] | undefined;
    if (expected === undefined) return context.skip('no Python interpreter here has scikit-learn');
    const { rows } = await prepared(columnRows('categories', ['colour'], COLOURS), {
      categories: { coding: 'one-hot' },
    });
    expect(rows.map(([, ...known]) => known)).toEqual(expected);
  });

  test('only the most frequent levels are told apart, and columns may differ', async () => {
    const train = columnRows(
      'categories',
      ['a', 'b'],
      [
        ['x', 'p'],
        ['x', 'q'],
        ['y', 'p'],
        ['z', 'q'],
        ['y', 'q'],
        ['x', 'r'],
      ],
    );
    const { rows, parts } = await prepared(train, { columns: { a: { maxLevels: 1 }, b: { coding: 'one-hot' } } });
    expect(parts.map(({ name, dims, levels }) => [name, dims, levels])).toEqual([
      ['values', [4], undefined],
      ['codes', [1], [2]],
    ]);
    expect(rows[3]).toEqual([0, 1, 0, 0, 0]);
    expect(rows[5]).toEqual([0, 0, 0, 1, 1]);
  });

  test('a column without any level is 0', async () => {
    const { rows, parts } = await prepared(columnRows('categories', ['a'], [[''], ['']]));
    expect(parts[0]?.levels).toEqual([1]);
    expect(rows).toEqual([[0], [0]]);
  });
});
