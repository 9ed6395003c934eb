import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutsideError } from '../errors.ts';
import type { Column, Table } from './table.ts';
import { decodeTable, encodeTable } from './table-codec.ts';

const numbers = (...values: number[]): Table => ({
  rows: values.length,
  columns: [{ kind: 'number', name: 'x', values: Float64Array.from(values) }],
});

describe('canonical table bytes', () => {
  test('bring every column back as it was', () => {
    const column = fc.array(fc.oneof(fc.double(), fc.integer(), fc.constant(Number.NaN)), { maxLength: 50 });
    fc.assert(
      fc.property(column, (values) => {
        expect(decodeTable(encodeTable(numbers(...values)))).toEqual(numbers(...values));
      }),
    );
  });

  for (const [largest, bytes] of [
    [127, 1],
    [128, 2],
    [32_768, 4],
    [3_000_000_001, 8],
  ] as const) {
    test(`take ${bytes} bytes for each whole number up to ${largest}`, () => {
      const table = numbers(...Array.from({ length: 80 }, (_, row) => (row % 2 === 0 ? largest : -1)));
      const header = encodeTable({ ...table, rows: 0, columns: [] }).length;
      const size = encodeTable(table).length - header;
      expect(size).toBeGreaterThanOrEqual(80 * bytes);
      expect(size).toBeLessThan(80 * bytes + 64);
      expect(decodeTable(encodeTable(table))).toEqual(table);
    });
  }

  test('keep images as they are', () => {
    const image: Column = {
      kind: 'image',
      name: 'photo',
      height: 2,
      width: 3,
      channels: 1,
      pixels: new Uint8Array(18),
    };
    image.pixels.set([1, 2, 255, 4, 5, 6], 6);
    const table: Table = { rows: 3, columns: [image, numbers(1, 2, 3).columns[0]!] };
    const bytes = encodeTable(table);
    expect(decodeTable(bytes)).toEqual(table);
    expect(bytes.length % 8).toBe(0);
  });

  test('keep levels and missing cells of text columns', () => {
    const table: Table = {
      rows: 3,
      columns: [{ kind: 'category', name: 'farbe', levels: ['grün', 'rot'], codes: Int32Array.of(1, -1, 0) }],
    };
    expect(decodeTable(encodeTable(table))).toEqual(table);
  });

  test('are the same for the same rows', () => {
    expect(encodeTable(numbers(1, 2.5, Number.NaN))).toEqual(encodeTable(numbers(1, 2.5, -Number.NaN)));
  });

  for (const [what, bytes] of [
    ['other bytes', Buffer.from('PK\u0003\u0004 something else')],
    ['half a table', encodeTable(numbers(1, 2, 3)).subarray(0, 20)],
    ['a table that ends too early', encodeTable(numbers(1.5, 2.5, 1e300)).subarray(0, -8)],
  ] as const) {
    test(`are refused when they are ${what}`, () => {
      expect(() => decodeTable(bytes)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }));
      expect(() => decodeTable(bytes)).toThrow(OutsideError);
    });
  }
});
