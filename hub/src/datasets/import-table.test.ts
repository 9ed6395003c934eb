import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../store/table.ts';
import { decodeTable } from '../store/table-codec.ts';
import { diabetesCsv, importDiabetes, importShuttle } from '../testing/real-data.ts';
import { DEFAULT_FILE_LIMITS } from './file-format.ts';
import { type ImportOptions, importTable } from './import-table.ts';

const CSV: ImportOptions = { format: 'csv', label: null };

function importText(text: string, options: Partial<ImportOptions> = {}): ReturnType<typeof importTable> {
  return importTable(Buffer.from(text), { ...CSV, ...options });
}

function rowsOf({ table }: Awaited<ReturnType<typeof importTable>>): (number | string | null)[][] {
  return Array.from({ length: table.rows }, (_, row) => table.columns.map((column) => cellOf(column, row)));
}

describe('names of columns', () => {
  test('may be those of what every object has', async () => {
    const { table, description } = await importText('constructor,toString,valueOf\n1,a,x\n2,b,y\n', {
      label: 'valueOf',
    });
    expect(description.columns.map(({ name, kind, unit }) => [name, kind, unit])).toEqual([
      ['constructor', 'number', undefined],
      ['toString', 'category', undefined],
      ['valueOf', 'category', undefined],
    ]);
    expect(decodeTable((await importText('constructor\n1\n2\n')).canonicalBytes).columns).toEqual([table.columns[0]]);
  });

  test('cannot be what devices could not call a value by', async () => {
    for (const [text, format] of [
      ['a,__proto__\n1,2\n', 'csv'],
      ['{"a": 1, "__proto__": 2}\n', 'jsonl'],
    ] as const) {
      await expect(importText(text, { format })).rejects.toMatchObject({ code: 'DATA_INVALID' });
    }
  });
});

test('a text has no U+0000 in it, for which a model would end reading', async () => {
  const { table } = await importText(JSON.stringify({ text: 'free\0 pills' }), { format: 'jsonl' });
  expect(cellOf(table.columns[0]!, 0)).toBe('free\uFFFD pills');
});

describe('importing real data', () => {
  test('finds rows, missing cells, classes and moments of the diabetes file', async () => {
    const { description, cleaning } = await importDiabetes();
    expect(description.rows).toBe(768);
    expect(description.classes).toEqual(['negative', 'positive']);
    expect(description.columns.reduce((sum, column) => sum + column.missing, 0)).toBe(652);
    expect(cleaning).toEqual([]);
    const glucose = description.columns.find(({ name }) => name === 'glucose_mg_dl');
    // Mean and deviation of the 763 known values, as spreadsheet formulas give them.
    expect(glucose).toMatchObject({ kind: 'number', count: 763, missing: 5, distinct: 135, min: 44, max: 199 });
    expect(glucose?.mean).toBeCloseTo(121.6867628, 6);
    expect(glucose?.standardDeviation).toBeCloseTo(30.5356411, 6);
  });

  test('gives the same canonical bytes for the plain and the gzip file', async () => {
    const plain = await importDiabetes();
    const packed = await importTable(gzipSync(diabetesCsv()), { format: 'csv', label: 'outcome' });
    expect(packed.description.digest).toBe(plain.description.digest);
    expect(decodeTable(packed.canonicalBytes)).toEqual(plain.table);
  });

  test('counts the classes of the Shuttle file', async () => {
    const { description } = await importShuttle(5_000);
    expect(description.rows).toBe(5_000);
    const label = description.columns.at(-1);
    expect(Object.values(label?.levels ?? {}).reduce((sum, rows) => sum + rows, 0)).toBe(5_000);
    expect(Object.keys(label?.levels ?? {})[0]).toBe('Rad.Flow');
  });
});

describe('importing CSV', () => {
  test('reads quotes, byte order mark, Windows line ends and missing marks', async () => {
    const imported = await importText('\ufeffa,b\r\n1,"x, ""y"""\r\nNA,?\r\n 2 , z \r\n');
    expect(rowsOf(imported)).toEqual([
      [1, 'x, "y"'],
      [null, null],
      [2, 'z'],
    ]);
  });

  for (const [name, delimiter] of [
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['bars', '|'],
  ] as const) {
    test(`finds out that a file uses ${name}`, async () => {
      const imported = await importText(`a${delimiter}b\n1${delimiter}2\n`);
      expect(rowsOf(imported)).toEqual([[1, 2]]);
    });
  }

  test('takes a numeric label as classes', async () => {
    const { description } = await importText('x,y\n1,0\n2,1\n3,0\n', { label: 'y' });
    expect(description.classes).toEqual(['0', '1']);
  });

  const many = (value: (row: number) => number) => `y\n${[...Array(21).keys()].map(value).join('\n')}\n`;
  for (const [what, text, kind, asked] of [
    ['words', 'y\na\nb\n1\n', 'category', undefined],
    ['few whole numbers', 'y\n1\n2\n10\n', 'category', undefined],
    ['few numbers with fractions', 'y\n1\n2.5\n', 'number', undefined],
    ['many whole numbers', many((row) => row), 'number', undefined],
    ['many whole numbers that are to be classes', many((row) => row), 'category', 'category'],
    ['few whole numbers that are to be numbers', 'y\n1\n2\n\n', 'number', 'number'],
  ] as const) {
    test(`takes a label of ${what} as kind ${kind}`, async () => {
      const { description } = await importText(text, { label: 'y', labelKind: asked });
      expect(description.columns[0]?.kind).toBe(kind);
      expect(description.classes.length > 0).toBe(kind === 'category');
    });
  }

  test('drops rows without a number to tell', async () => {
    const { description, cleaning } = await importText('x,y\n1,0.5\n2,\n3,7.25\n', { label: 'y' });
    expect(description).toMatchObject({ rows: 2, classes: [] });
    expect(cleaning).toEqual([{ rule: 'missing-label-dropped', column: 'y', rows: 1 }]);
  });

  test('drops and counts rows without a label', async () => {
    const { description, cleaning } = await importText('x,y\n1,a\n2,\n3,b\n', { label: 'y' });
    expect(description.rows).toBe(2);
    expect(cleaning).toEqual([{ rule: 'missing-label-dropped', column: 'y', rows: 1 }]);
  });

  test('drops repeated rows only when asked to', async () => {
    const text = 'x,y\n1,a\n1,a\n2,a\n1,b\n';
    expect((await importText(text)).description.rows).toBe(4);
    const { description, cleaning } = await importText(text, { dropDuplicates: true });
    expect(description.rows).toBe(3);
    expect(cleaning).toEqual([{ rule: 'duplicates-dropped', column: null, rows: 1 }]);
  });

  test('reports constant columns and keeps them', async () => {
    const { cleaning, table } = await importText('x,y\n7,1\n7,2\n');
    expect(cleaning).toEqual([{ rule: 'constant-column-kept', column: 'x', rows: 2 }]);
    expect(table.columns).toHaveLength(2);
  });

  test('tells numbers, categories, times, identifiers and texts apart', async () => {
    const lines = Array.from(
      { length: 100 },
      (_, row) => `${row / 3},${row % 2 ? 'on' : 'off'},2024-05-0${(row % 9) + 1}T10:00Z,id${row},pump ${row} is loud`,
    );
    const { description } = await importText(['n,c,t,i,x', ...lines].join('\n'));
    expect(description.columns.map(({ kind }) => kind)).toEqual(['number', 'category', 'time', 'identifier', 'text']);
  });

  const wrong: readonly [string, string, Partial<ImportOptions>, string, RegExp][] = [
    ['a row is too short', 'a,b\n1,2\n3\n', {}, 'DATA_INVALID', /^line 3: expected 2 cells.*got 1$/],
    ['a row is too long', 'a,b\n1,2,3\n', {}, 'DATA_INVALID', /^line 2: expected 2 cells.*got 3$/],
    [
      'a cell is no number',
      'a,b\n1,2\n3,four\n',
      { columnKinds: { b: 'number' } },
      'DATA_INVALID',
      /^line 3, column "b": expected a number, got "four"$/,
    ],
    [
      'a cell is no time',
      'a,at\n1,2024-02-03\n3,Feb 4 2024\n',
      { columnKinds: { at: 'time' } },
      'DATA_INVALID',
      /^line 3, column "at": expected a time as ISO 8601 or Unix seconds, got "Feb 4 2024"$/,
    ],
    ['a quote never ends', 'a,b\n1,"2\n', {}, 'DATA_INVALID', /^line \d/],
    ['a column has no name', 'a,,c\n1,2,3\n', {}, 'DATA_INVALID', /column 2 has no name/],
    ['two columns have one name', 'a,a\n1,2\n', {}, 'DATA_INVALID', /"a" comes twice/],
    ['there are no rows', 'a,b\n', {}, 'DATA_INVALID', /at least one row/],
    ['there is nothing', '', {}, 'DATA_INVALID', /got no bytes/],
    [
      'the label is no column',
      'a,b\n1,2\n',
      { label: 'klass' },
      'INVALID_INPUT',
      /no column "klass"; the columns are a, b/,
    ],
    ['nobody has a label', 'a,b\n1,\n', { label: 'b' }, 'INVALID_INPUT', /must have values/],
    [
      'it has too many rows',
      'a\n1\n2\n3\n',
      { limits: { ...DEFAULT_FILE_LIMITS, maxRows: 2 } },
      'TOO_LARGE',
      /at most 2 rows/,
    ],
    [
      'it is too long',
      `a\n${'1\n'.repeat(1000)}`,
      { limits: { ...DEFAULT_FILE_LIMITS, maxUnpackedBytes: 100 } },
      'TOO_LARGE',
      /at most 100 bytes/,
    ],
  ];
  for (const [what, text, options, code, message] of wrong) {
    test(`is refused in words when ${what}`, async () => {
      await expect(importText(text, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    });
  }

  test('is refused when gzip unpacks to more than allowed', async () => {
    const bomb = gzipSync(Buffer.from(`a\n${'1\n'.repeat(100_000)}`));
    const limits = { ...DEFAULT_FILE_LIMITS, maxUnpackedBytes: 10_000 };
    await expect(importTable(bomb, { ...CSV, limits })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  test('is refused when gzip is damaged', async () => {
    const broken = gzipSync(diabetesCsv()).subarray(0, 2_000);
    await expect(importTable(broken, CSV)).rejects.toMatchObject({ code: 'DATA_INVALID', message: 'unpack gzip' });
  });
});

describe('importing JSON Lines', () => {
  test('takes columns that come late and numbers written as text', async () => {
    const imported = await importText('{"a":1,"b":"x"}\n\n{"a":"2","c":true}\n', { format: 'jsonl' });
    expect(imported.table.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(rowsOf(imported)).toEqual([
      [1, 'x', null],
      [2, null, 'true'],
    ]);
  });

  for (const [what, text, message] of [
    ['a line is no JSON', '{"a":1}\n{"a":\n', /^line 2: expected a JSON object/],
    ['a line is a list', '[1,2]\n', /^line 1: expected a JSON object, got "\[1,2\]"/],
    ['a value is nested', '{"a":{"b":1}}\n', /^line 1, column "a": expected a number, a text or null/],
  ] as const) {
    test(`is refused in words when ${what}`, async () => {
      await expect(importText(text, { format: 'jsonl' })).rejects.toMatchObject({
        code: 'DATA_INVALID',
        message: expect.stringMatching(message),
      });
    });
  }
});
