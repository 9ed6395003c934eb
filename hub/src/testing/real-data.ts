import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ImportedTable, importTable } from '../datasets/import-table.ts';

const DATA = new URL('../../../test/data/', import.meta.url);

/** The medical data set: 768 rows, 652 missing cells, label `outcome`. */
export function diabetesCsv(): Buffer {
  return readFileSync(new URL('diabetes.csv', DATA));
}

/** The first rows of the Shuttle sensors, label `Class`. */
export function shuttleCsv(rows: number): Buffer {
  const csv = gunzipSync(readFileSync(new URL('shuttle.csv.gz', DATA))).toString('utf8');
  return Buffer.from(
    csv
      .split('\n')
      .slice(0, rows + 1)
      .join('\n'),
  );
}

export function importDiabetes(): Promise<ImportedTable> {
  return importTable(diabetesCsv(), { format: 'csv', label: 'outcome' });
}

export function importShuttle(rows: number): Promise<ImportedTable> {
  return importTable(shuttleCsv(rows), { format: 'csv', label: 'Class' });
}
