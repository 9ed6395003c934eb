import { OutsideError } from '../../errors.ts';
import { cellOf } from '../../store/table.ts';
import type { ColumnBuilder } from '../column-builder.ts';
import type { FileLimits } from '../file-format.ts';
import { readColumns } from '../read-columns.ts';

/** The list that comes with a folder of images. */
export interface LabelsFile {
  /** Of each row the file's path; null where it has no image. */
  readonly files: readonly (string | null)[];
  /** The other columns. */
  readonly columns: readonly ColumnBuilder[];
}

const FILE_COLUMN = 'file';

/**
 * Reads `labels.csv`: the column `file` holds paths within the folder.
 *
 * @param paths of the files that are there
 * @throws OutsideError DATA_INVALID when the column is not there, or names a file that is not
 */
export async function readLabels(csv: Uint8Array, paths: readonly string[], limits: FileLimits): Promise<LabelsFile> {
  const builders = await readColumns(csv, 'csv', limits);
  const builder = builders.find(({ name }) => name === FILE_COLUMN);
  if (!builder) {
    const names = builders.map(({ name }) => name).join(', ');
    throw new OutsideError('DATA_INVALID', `labels.csv: expected a column ${FILE_COLUMN}, got ${names}`);
  }
  const column = builder.finish('identifier');
  const known = new Set(paths);
  const files = Array.from({ length: builder.rows }, (_, row) => {
    const cell = cellOf(column, row);
    if (cell === null) return null;
    const path = String(cell).replace(/^\.\//, '');
    if (known.has(path)) return path;
    throw new OutsideError('DATA_INVALID', `labels.csv, row ${row + 1}: no readable image ${path} in the folder`, {
      details: { file: path, row: row + 1 },
    });
  });
  return { files, columns: builders.filter((other) => other !== builder) };
}
