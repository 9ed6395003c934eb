import { describe, expect, test } from 'vitest';
import type { SampleRecord } from '../store/sample-store.ts';
import { type Column, cellOf, type Table } from '../store/table.ts';
import { tableFromSamples } from './dataset-from-samples.ts';
import { codedColumn } from './table-rows.ts';

const PRICE: Column = { kind: 'number', name: 'price', values: Float64Array.of(1) };
const BASE: Table = {
  rows: 1,
  columns: [
    { kind: 'number', name: 'size', values: Float64Array.of(1) },
    codedColumn('city', 'category', ['Ulm']),
    codedColumn('sold', 'time', ['2024-05-01']),
    codedColumn('note', 'text', ['a house']),
    PRICE,
  ],
};

function sample(sequence: number, fields: SampleRecord['fields'], label: string | null): SampleRecord {
  return {
    ...{ deviceId: 'line-1', bootId: 'b', sequence, predictionId: `p${sequence}`, model: 'houses', version: 1 },
    ...{ atMs: 0, receivedMs: 0, fields, predicted: '', confidence: 0.5, label, labelledBy: label && 'device' },
  };
}

describe('samples as rows', () => {
  test('have numbers, categories, times, texts, and the number that was to be told', () => {
    const table = tableFromSamples(
      [
        sample(1, { size: 7, city: 'Bonn', sold: 1_714_521_600, note: 'two rooms', extra: 1 }, '250.5'),
        sample(2, { size: '', city: '' }, '100'),
        sample(3, { size: 9 }, null),
      ],
      BASE,
      'price',
    );
    const rows = [0, 1].map((row) => table.columns.map((column) => cellOf(column, row)));
    expect(table.rows).toBe(2);
    expect(rows).toEqual([
      [7, 'Bonn', '1714521600', 'two rooms', 250.5],
      [null, null, null, null, 100],
    ]);
  });

  test('are refused where the data set holds images, in words that say what to do', () => {
    const photo: Column = { kind: 'image', name: 'photo', height: 1, width: 1, channels: 1, pixels: Uint8Array.of(1) };
    const base = { rows: 1, columns: [photo, PRICE] };
    expect(() => tableFromSamples([sample(1, {}, '1')], base, 'price')).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(/"photo" holds images.*import/),
      }),
    );
  });

  test('are refused where the label should be a number and is none', () => {
    expect(() => tableFromSamples([sample(1, {}, 'dear')], BASE, 'price')).toThrow(/column "price": expected a number/);
  });
});
