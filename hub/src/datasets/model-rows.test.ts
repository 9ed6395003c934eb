import { describe, expect, test } from 'vitest';
import type { TargetSpec } from '../store/job-rows.ts';
import type { Column, Table } from '../store/table.ts';
import { importDiabetes } from '../testing/real-data.ts';
import { defaultInputs } from './default-inputs.ts';
import { modelRows } from './model-rows.ts';
import { codedColumn } from './table-rows.ts';

const CLASSES: TargetSpec = { task: 'classification', column: 'kind', classes: [] };

function table(...columns: Column[]): Table {
  return { rows: 4, columns };
}

const AGE: Column = { kind: 'number', name: 'age', values: Float64Array.of(1, Number.NaN, 3, 4) };
const CITY = codedColumn('city', 'category', ['Ulm', null, 'Bonn', 'Ulm']);
const DAY = codedColumn('day', 'time', ['2024-05-01', '2024-05-01T10:00+0200', null, '2024-05-01 10:00:30.5Z']);
const NOTE = codedColumn('note', 'text', ['a b', 'c', null, 'd']);
const TITLE = codedColumn('title', 'text', ['x', 'y', 'z', null]);
const PHOTO: Column = {
  ...{ kind: 'image', name: 'photo', height: 1, width: 2, channels: 1 },
  pixels: Uint8Array.of(1, 2, 0, 0, 5, 6, 7, 8),
};
const CODE = codedColumn('code', 'identifier', ['a', 'b', 'c', 'd']);
const KIND = codedColumn('kind', 'category', ['x', 'y', 'x', 'y']);
const MIXED = table(AGE, CITY, DAY, NOTE, TITLE, PHOTO, CODE, KIND);

describe('what becomes an input of a model', () => {
  test('is every column but the target and identifiers, one input a kind and one for each text and image', () => {
    expect(defaultInputs(MIXED, { target: CLASSES })).toEqual([
      { name: 'features', kind: 'numbers', columns: ['age'], dims: [1] },
      { name: 'categories', kind: 'categories', columns: ['city'], dims: [1] },
      { name: 'times', kind: 'times', columns: ['day'], dims: [1] },
      { name: 'text', kind: 'text', columns: ['note'], dims: [1] },
      { name: 'text_2', kind: 'text', columns: ['title'], dims: [1] },
      { name: 'image', kind: 'image', columns: ['photo'], dims: [-1, -1, 1] },
    ]);
  });

  test('is what is asked for, in that order and read as asked for', () => {
    const columns = ['code', 'age', 'city'];
    expect(defaultInputs(MIXED, { target: CLASSES, columns, kinds: { city: 'text', age: 'categories' } })).toEqual([
      { name: 'categories', kind: 'categories', columns: ['code', 'age'], dims: [2] },
      { name: 'text', kind: 'text', columns: ['city'], dims: [1] },
    ]);
  });

  test('is one window of all number columns where rows follow each other', () => {
    const windows = { size: 3, stride: 1, label: 'last', group: 'code' } as const;
    expect(defaultInputs(MIXED, { target: CLASSES, windows })).toEqual([
      { name: 'window', kind: 'window', columns: ['age'], dims: [3, 1] },
    ]);
  });

  test('leaves out columns without any value', () => {
    const empty: Column = { kind: 'number', name: 'empty', values: new Float64Array(4).fill(Number.NaN) };
    expect(defaultInputs(table(empty, CODE, KIND), { target: CLASSES })).toEqual([]);
  });

  for (const [what, choice, message] of [
    ['the target', { columns: ['kind'] }, /"kind" cannot be an input/],
    ['an unknown column', { columns: ['size'] }, /no column "size"/],
    ['a text as numbers', { kinds: { note: 'numbers' } }, /a text column cannot be read as numbers/],
    [
      'a text in windows',
      { columns: ['note'], windows: { size: 2, stride: 1, label: 'last', group: null } },
      /windows hold numbers/,
    ],
  ] as const) {
    test(`cannot be ${what}`, () => {
      const asked = () => defaultInputs(MIXED, { target: CLASSES, ...choice });
      expect(asked).toThrow(
        expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(message) }),
      );
    });
  }
});

describe('rows as a model takes them', () => {
  test('hold raw values by input, with marks for what is missing', () => {
    const inputs = defaultInputs(MIXED, { target: CLASSES });
    const rows = modelRows(MIXED, [3, 1, 2], { inputs, target: CLASSES });
    expect(rows.rows).toBe(3);
    expect(rows.inputs.map(({ values }) => values)).toEqual([
      Float32Array.of(4, Number.NaN, 3),
      ['Ulm', '', 'Bonn'],
      Float64Array.of(1_714_557_630.5, 1_714_550_400, Number.NaN),
      ['d', 'c', ''],
      ['', 'y', 'z'],
      Uint8Array.of(7, 8, 0, 0, 5, 6),
    ]);
    expect(rows.inputs.at(-1)?.dims).toEqual([1, 2, 1]);
    expect(rows.target).toEqual({ kind: 'classes', classes: ['x', 'y'], labels: Int32Array.of(1, 1, 0) });
  });

  test('are the values of the table for real data', async () => {
    const { table: diabetes } = await importDiabetes();
    const target: TargetSpec = { task: 'classification', column: 'outcome', classes: ['positive', 'negative'] };
    const inputs = defaultInputs(diabetes, { target });
    const [features] = modelRows(diabetes, [0, 1], { inputs, target }).inputs;
    expect(features?.values).toEqual(
      Float32Array.of(6, 148, 72, 35, Number.NaN, 33.6, 0.627, 50, 1, 85, 66, 29, Number.NaN, 26.6, 0.351, 31),
    );
  });

  test('read numbers as categories where asked to', () => {
    const inputs = [{ name: 'categories', kind: 'categories', columns: ['age'], dims: [1] }] as const;
    expect(modelRows(MIXED, [0, 1], { inputs, target: CLASSES }).inputs[0]?.values).toEqual(['1', '']);
  });

  test('refuse a class that the model does not know', () => {
    const target: TargetSpec = { ...CLASSES, classes: ['x'] };
    expect(() => modelRows(MIXED, [1], { inputs: [], target })).toThrow(/"kind": y is none of the classes/);
  });

  test('take numbers for the target, also where they were imported as classes', () => {
    const grade = codedColumn('grade', 'category', ['10', '2', '3', '7']);
    const rows = modelRows(table(grade), [3, 0], { inputs: [], target: { task: 'regression', column: 'grade' } });
    expect(rows.target).toEqual({ kind: 'number', column: 'grade', values: Float32Array.of(7, 10) });
    const few = modelRows(table(AGE), [0, 3], { inputs: [], target: { ...CLASSES, column: 'age' } });
    expect(few.target).toEqual({ kind: 'classes', classes: ['1', '3', '4'], labels: Int32Array.of(0, 2) });
  });

  test('call every class an anomaly that is not normal', () => {
    const target: TargetSpec = { task: 'anomaly', column: 'city', normal: ['Ulm'] };
    expect(modelRows(MIXED, [0, 2, 3], { inputs: [], target }).target).toEqual({
      ...{ kind: 'classes', classes: ['normal', 'anomaly'], labels: Int32Array.of(0, 1, 0) },
    });
    const all = modelRows(MIXED, [0, 1], { inputs: [], target: { task: 'anomaly', column: null, normal: [] } });
    expect(all.target).toMatchObject({ labels: Int32Array.of(0, 0) });
  });
});

describe('windows', () => {
  const speed: Column = { kind: 'number', name: 'speed', values: Float64Array.of(1, 2, 3, 4) };
  const heat: Column = { kind: 'number', name: 'heat', values: Float64Array.of(10, 20, Number.NaN, 40) };
  const state = codedColumn('state', 'category', ['on', 'on', 'off', 'off']);
  const target: TargetSpec = { task: 'classification', column: 'state', classes: [] };
  const inputs = [{ name: 'window', kind: 'window', columns: ['speed', 'heat'], dims: [3, 2] }] as const;

  test('hold their readings, the oldest first, and are called by the newest', () => {
    const windows = { size: 3, label: 'last' } as const;
    const rows = modelRows(table(speed, heat, state), [2, 3], { inputs, target, windows });
    expect(rows.inputs[0]?.values).toEqual(Float32Array.of(1, 10, 2, 20, 3, Number.NaN, 2, 20, 3, Number.NaN, 4, 40));
    expect(rows.target).toMatchObject({ labels: Int32Array.of(0, 0) });
  });

  test('are called by what most readings are, the later one of equally many', () => {
    const labels = (size: number, place: number) =>
      modelRows(table(state), [place], { inputs: [], target, windows: { size, label: 'majority' } }).target;
    expect(labels(3, 2)).toMatchObject({ classes: ['off', 'on'], labels: Int32Array.of(1) });
    expect(labels(4, 3)).toMatchObject({ labels: Int32Array.of(0) });
  });
});
