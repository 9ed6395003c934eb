import { describe, expect, test } from 'vitest';
import { RequestError } from '../../errors.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';
import { type PreprocessingInput, PreprocessingSchema } from '../../store/recipe/preprocessing.ts';
import { columnRows, prepared } from '../../testing/prepared.ts';
import { fitPreparation } from './fit-preparation.ts';

const NUMBERS = columnRows(
  'numbers',
  ['age', 'weight'],
  [
    [20, 60],
    [30, 70],
    [40, 80],
  ],
);
const CATEGORIES = columnRows(
  'categories',
  ['sex', 'town'],
  [
    ['f', 'Ulm'],
    ['m', 'Köln'],
    ['f', 'Ulm'],
  ],
);
const TIMES = columnRows('times', ['seen'], [[0], [86_400], [172_800]]);
const TEXTS = columnRows('text', ['note'], [['so so'], ['so well'], ['well']]);
const SECOND_TEXTS: InputRows = {
  spec: { name: 'text_2', kind: 'text', columns: ['title'], dims: [1] },
  dims: [1],
  values: ['Mr', 'Mrs', 'Mrs'],
};
const IMAGES: InputRows = {
  spec: { name: 'image', kind: 'image', columns: ['photo'], dims: [-1, -1, 2] },
  dims: [1, 2, 2],
  values: Uint8Array.from({ length: 12 }, (_, at) => at * 10 + 1),
};
const WINDOWS: InputRows = {
  spec: { name: 'window', kind: 'window', columns: ['x'], dims: [2, 1] },
  dims: [2, 1],
  values: Float32Array.of(0, 1, 2, 3, 4, 5),
};

type Rows = Pick<ModelRows, 'rows' | 'inputs'>;

function together(...inputs: readonly (Rows | InputRows)[]): Rows {
  return { rows: 3, inputs: inputs.flatMap((input) => ('inputs' in input ? input.inputs : [input])) };
}

const ALL = together(NUMBERS, CATEGORIES, TIMES, TEXTS, SECOND_TEXTS, IMAGES, WINDOWS);
const SETTINGS: PreprocessingInput = {
  columns: { town: { coding: 'one-hot' }, note: { length: 3 }, title: { tokens: 'ngrams', length: 4 } },
};

/** One row of the given inputs, without any of the values of `without`. */
function rowWithout(without: readonly string[]): Rows {
  const inputs = ALL.inputs.map((input): InputRows => {
    const size = input.values.length / 3;
    const values = input.values.slice(0, size);
    if (!without.includes(input.spec.name)) return { ...input, values };
    if (values instanceof Uint8Array) return { ...input, values: values.fill(0) };
    if (values instanceof Float32Array || values instanceof Float64Array)
      return { ...input, values: values.fill(Number.NaN) };
    return { ...input, values: values.map(() => '') };
  });
  return { rows: 1, inputs };
}

describe('preparation of several inputs', () => {
  test('what belongs together is one part, the rest are parts of their own', async () => {
    const { parts, dims, rows } = await prepared(ALL, SETTINGS);
    expect(parts.map(({ name, kind, dims: shape, levels }) => [name, kind, shape, levels])).toEqual([
      ['values', 'values', [12], undefined],
      ['codes', 'codes', [1], [3]],
      ['text', 'tokens', [3], [4]],
      ['text_2', 'tokens', [4], [2 ** 16 + 1]],
      ['image', 'image', [1, 2, 2], undefined],
      ['window', 'window', [2, 1], undefined],
      ['presence', 'values', [5], undefined],
    ]);
    expect(parts[0]?.entries?.slice(0, 6)).toEqual([
      ...['age', 'weight', 'town is unknown', 'town = Ulm', 'town = Köln', 'seen year'],
    ]);
    expect(parts.at(-1)?.entries).toEqual(['table', 'text', 'text_2', 'image', 'window']);
    expect(dims).toEqual([31]);
    expect(rows[0]?.slice(12, 16)).toEqual([1, 2, 2, 0]);
    expect(rows[0]?.slice(-5)).toEqual([1, 1, 1, 1, 1]);
  });

  test('each part is what it would be alone', async () => {
    const { rows } = await prepared(ALL, SETTINGS);
    const alone = (part: Rows, settings: PreprocessingInput = {}) =>
      prepared(part, settings).then(({ rows: one }) => one);
    const [numbers, images, windows] = [
      await alone(NUMBERS),
      await alone(together(IMAGES)),
      await alone(together(WINDOWS)),
    ];
    for (const row of [0, 1, 2]) {
      expect(rows[row]?.slice(0, 2)).toEqual(numbers[row]);
      expect(rows[row]?.slice(20, 24)).toEqual(images[row]);
      expect(rows[row]?.slice(24, 26)).toEqual(windows[row]);
    }
  });

  test('a reading without some of its inputs says so, and is a row of numbers', async () => {
    const presence = async (...without: string[]): Promise<number[]> => {
      const { rows } = await prepared(ALL, SETTINGS, rowWithout(without));
      expect(rows[0]?.every(Number.isFinite)).toBe(true);
      return rows[0]?.slice(-5) ?? [];
    };
    expect(await presence('text')).toEqual([1, 0, 1, 1, 1]);
    expect(await presence('image', 'window')).toEqual([1, 1, 1, 0, 0]);
    expect(await presence('features', 'times')).toEqual([1, 1, 1, 1, 1]);
    expect(await presence('features', 'times', 'categories')).toEqual([0, 1, 1, 1, 1]);
    expect(await presence(...ALL.inputs.map(({ spec }) => spec.name))).toEqual([0, 0, 0, 0, 0]);
  });

  test('columns alone, of whichever kind, need no presence', async () => {
    const { parts } = await prepared(together(NUMBERS, CATEGORIES, TIMES));
    expect(parts.map(({ name }) => name)).toEqual(['values', 'codes']);
  });

  test('the same rows give the same bytes', () => {
    const settings = PreprocessingSchema.parse(SETTINGS);
    expect(fitPreparation(ALL, settings)).toEqual(fitPreparation(ALL, settings));
  });

  test('many rows are prepared a few at a time, each as if it were alone', async () => {
    const words = ['so', 'well', 'not', 'a'];
    const notes = Array.from({ length: 200 }, (_, row) => [
      words
        .slice(row % 4)
        .join(' ')
        .repeat(row % 7),
    ]);
    const train = columnRows('text', ['note'], notes);
    const settings = { text: { length: 8, minCount: 1 } };
    const { rows } = await prepared(train, settings);
    for (const row of [0, 1, 31, 32, 63, 64, 199]) {
      const one = await prepared(train, settings, columnRows('text', ['note'], [notes[row] ?? []]));
      expect(rows[row]).toEqual(one.rows[0]);
    }
  });
});

describe('settings of columns', () => {
  const refusal = (columns: PreprocessingInput['columns']): string => {
    try {
      fitPreparation(ALL, PreprocessingSchema.parse({ columns }));
    } catch (error) {
      expect(error).toBeInstanceOf(RequestError);
      expect(error).toMatchObject({ code: 'INVALID_INPUT', details: { column: Object.keys(columns ?? {})[0] } });
      return (error as Error).message;
    }
    return 'none';
  };

  test('are refused for a column that the model does not read', () => {
    expect(refusal({ height: { scale: 'none' } })).toBe(
      'preprocessing: column "height" must be one that the model reads: age, weight, sex, town, seen, note, title, photo, x, got another',
    );
  });

  test('are refused where the column is of another kind', () => {
    expect(refusal({ sex: { scale: 'none' } })).toBe(
      'preprocessing: column "sex" is read as categories and takes coding, minCount, maxLevels, got scale',
    );
    expect(refusal({ photo: { length: 3 } })).toMatch(
      /^preprocessing: column "photo" is read as image and takes height/,
    );
    expect(refusal({ age: { kind: 'categories' } })).toBe(
      'preprocessing: column "age" must be read as categories, got numbers',
    );
  });

  test('are taken for the kind that the column is read as', () => {
    expect(refusal({ age: { kind: 'numbers', scale: 'none' }, note: { kind: 'text', ngrams: 3 } })).toBe('none');
  });
});
