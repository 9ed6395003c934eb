import { sha256Hex } from '@edgeloop/protocol';
import { RequestError } from '../errors.ts';
import type { ColumnKind, DatasetRecord } from '../store/dataset-store.ts';
import { isCoded, type Table } from '../store/table.ts';
import { encodeTable } from '../store/table-codec.ts';
import { cleanTable } from './clean-table.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { DEFAULT_FILE_LIMITS, type FileFormat, type FileLimits } from './file-format.ts';
import { profileColumn } from './profile-column.ts';
import { readColumns } from './read-columns.ts';

/** What a label can be. */
export const LABEL_KINDS = ['number', 'category'] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

/** More classes than this are no classes: the column is a number to regress on, or an identifier. */
export const MAX_CLASSES = 1_000;

export interface ImportOptions {
  readonly format: FileFormat;
  /** Column to predict; null for unlabelled data. */
  readonly label: string | null;
  /** Whether the label is a number or a class. @default a number where it is one that has too many values for classes */
  readonly labelKind?: LabelKind | undefined;
  /** Kinds of columns whose values would suggest another one. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** Drops rows that stand in the file before. @default false */
  readonly dropDuplicates?: boolean | undefined;
  readonly limits?: FileLimits | undefined;
}

/** A record of a data set, as far as its rows determine it. */
export type TableDescription = Pick<DatasetRecord, 'digest' | 'rows' | 'sizeBytes' | 'columns' | 'label' | 'classes'>;

export interface ImportedTable {
  readonly table: Table;
  readonly description: TableDescription;
  readonly cleaning: DatasetRecord['cleaning'];
  /** What the digest is of; see `encodeTable`. */
  readonly canonicalBytes: Uint8Array;
}

/**
 * Reads, cleans and profiles a data file, gzip or plain.
 *
 * @throws OutsideError DATA_INVALID naming line and column; RequestError INVALID_INPUT, TOO_LARGE
 */
export async function importTable(file: Uint8Array, options: ImportOptions): Promise<ImportedTable> {
  const builders = await readColumns(file, options.format, options.limits ?? DEFAULT_FILE_LIMITS);
  const names = builders.map(({ name }) => name);
  for (const name of [...Object.keys(options.columnKinds ?? {}), ...(options.label === null ? [] : [options.label])]) {
    if (names.includes(name)) continue;
    throw new RequestError('INVALID_INPUT', `no column ${JSON.stringify(name)}; the columns are ${names.join(', ')}`, {
      details: { column: name, columns: names },
    });
  }
  const columns = builders.map((builder) =>
    builder.finish(builder.name === options.label ? labelKind(builder, options) : options.columnKinds?.[builder.name]),
  );
  const { table, cleaning } = cleanTable({ rows: columns[0] ? (builders[0]?.rows ?? 0) : 0, columns }, options);
  return { table, cleaning, ...describeTable(table, options.label) };
}

/** Canonical bytes of a table, and what its record says about it. @throws RequestError INVALID_INPUT */
export function describeTable(
  table: Table,
  label: string | null,
): { description: TableDescription; canonicalBytes: Uint8Array } {
  const canonicalBytes = encodeTable(table);
  const description = {
    digest: sha256Hex(canonicalBytes),
    rows: table.rows,
    sizeBytes: canonicalBytes.length,
    columns: table.columns.map(profileColumn),
    label,
    classes: classesOf(table, label),
  };
  return { description, canonicalBytes };
}

function labelKind(label: ColumnBuilder, options: ImportOptions): ColumnKind {
  return options.labelKind ?? options.columnKinds?.[label.name] ?? (label.holdsClasses ? 'category' : 'number');
}

function classesOf(table: Table, label: string | null): readonly string[] {
  const column = table.columns.find(({ name }) => name === label);
  if (column === undefined || !isCoded(column)) return [];
  if (column.levels.length <= MAX_CLASSES) return column.levels;
  const message = `label column ${JSON.stringify(label)} must have at most ${MAX_CLASSES} classes, got ${column.levels.length}`;
  throw new RequestError('INVALID_INPUT', message, { details: { column: label } });
}
