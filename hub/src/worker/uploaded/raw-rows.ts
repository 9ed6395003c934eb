import { requireColumn } from '../../datasets/table-rows.ts';
import { RequestError } from '../../errors.ts';
import type { CalibrationMapping } from '../../store/calibration-mapping.ts';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import { type ImageColumn, imageBytes, imageOf, type NumberColumn, type Table } from '../../store/table.ts';

/** Number columns, or one column of images, of a data set. */
export interface RawRows {
  /** Numbers of one row. */
  readonly columns: number;
  /** Shape of the images in the columns. */
  readonly image: ImageShape | undefined;
  readonly rows: number;
  /** Row-major numbers of these rows; NaN where missing. */
  values(places: readonly number[]): Float32Array;
}

/**
 * The columns of a data set that a model shall read: those named, else the images, else all numbers but the label.
 *
 * @throws RequestError INVALID_INPUT for columns that are not there or of no use, with what there is
 */
export function rawRows(table: Table, label: string | null, { columns: named, image }: CalibrationMapping): RawRows {
  const usable = table.columns.filter(({ name }) => name !== label);
  const chosen = named?.map((name) => requireColumn(table, name)) ?? defaultColumns(usable);
  const [first] = chosen;
  if (first?.kind === 'image' && chosen.length === 1) return imageRows(first, table.rows);
  const numbers = chosen.filter((column) => column.kind === 'number');
  if (numbers.length > 0 && numbers.length === chosen.length) return numberRows(numbers, table.rows, image);
  const kinds = chosen.map(({ name, kind }) => `${name} (${kind})`).join(', ') || 'none';
  throw new RequestError('INVALID_INPUT', `expected columns of numbers or one column of images, got ${kinds}`);
}

function defaultColumns(usable: Table['columns']): Table['columns'] {
  const images = usable.filter(({ kind }) => kind === 'image');
  return images.length > 0 ? images : usable.filter(({ kind }) => kind === 'number');
}

function imageRows(column: ImageColumn, rows: number): RawRows {
  const size = imageBytes(column);
  const { height, width, channels } = column;
  return {
    ...{ columns: size, image: { height, width, channels }, rows },
    values: (places) => {
      const values = new Float32Array(places.length * size);
      for (const [at, row] of places.entries()) values.set(imageOf(column, row), at * size);
      return values;
    },
  };
}

function numberRows(columns: readonly NumberColumn[], rows: number, image: ImageShape | undefined): RawRows {
  const pixels = image && image.height * image.width * image.channels;
  if (pixels !== undefined && pixels !== columns.length) {
    throw new RequestError('INVALID_INPUT', `image: expected ${pixels} columns, one a pixel, got ${columns.length}`);
  }
  return {
    ...{ columns: columns.length, image, rows },
    values: (places) => {
      const values = new Float32Array(places.length * columns.length);
      let at = 0;
      for (const row of places) for (const column of columns) values[at++] = column.values[row] ?? Number.NaN;
      return values;
    },
  };
}
