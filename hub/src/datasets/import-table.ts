import { sha256Hex } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { CleaningStep, ColumnKind, DatasetRecord } from '../store/dataset-store.ts';
import { ownEntry } from '../store/own-entry.ts';
import { type Column, imageBytes, isCoded, type Table } from '../store/table.ts';
import { encodeTable } from '../store/table-codec.ts';
import { cleanTable } from './clean-table.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { DEFAULT_FILE_LIMITS, type FileFormat, type FileLimits } from './file-format.ts';
import type { FolderOptions } from './folder/folder-files.ts';
import { importFolder } from './folder/import-folder.ts';
import { profileColumn } from './profile-column.ts';
import { readColumns } from './read-columns.ts';
import { requireColumn } from './table-rows.ts';

/** What a label can be. */
export const LABEL_KINDS = ['number', 'category'] as const;
export type LabelKind = (typeof LABEL_KINDS)[number];

/** More classes than this are no classes: the column is a number to regress on, or an identifier. */
export const MAX_CLASSES = 1_000;

/** What devices call a value by is a name in an object of JavaScript, and this one stands for something else there. */
const UNUSABLE_NAME = '__proto__';

export interface ImportOptions extends Omit<FolderOptions, 'format' | 'label' | 'limits'> {
  readonly format: FileFormat;
  /** Column to predict; null for unlabelled data. */
  readonly label: string | null;
  /** Whether the label is a number or a class. @default a number where it is one that has too many values for classes */
  readonly labelKind?: LabelKind | undefined;
  /** Kinds of columns whose values would suggest another one. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** What number columns are in. */
  readonly units?: Readonly<Record<string, string>> | undefined;
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
 * @throws OutsideError DATA_INVALID naming line and column, or the file; RequestError INVALID_INPUT, TOO_LARGE
 */
export async function importTable(file: Uint8Array, options: ImportOptions): Promise<ImportedTable> {
  const { format, limits = DEFAULT_FILE_LIMITS } = options;
  if (format === 'csv' || format === 'jsonl') {
    const builders = await readColumns(file, format, limits);
    return finishTable({ builders, rows: builders[0]?.rows ?? 0, columns: [], cleaning: [] }, options);
  }
  const label = options.label ?? undefined;
  const { column, ...folder } = await importFolder(file, { ...options, format, label, limits });
  return finishTable({ ...folder, rows: rowsOf(column), columns: [column] }, { ...options, label: folder.label });
}

/** Canonical bytes of a table, and what its record says about it. @throws RequestError INVALID_INPUT */
export function describeTable(
  table: Table,
  label: string | null,
  units: Readonly<Record<string, string>> = {},
): { description: TableDescription; canonicalBytes: Uint8Array } {
  const canonicalBytes = encodeTable(table);
  const description = {
    digest: sha256Hex(canonicalBytes),
    rows: table.rows,
    sizeBytes: canonicalBytes.length,
    columns: table.columns.map((column) => profileColumn(column, ownEntry(units, column.name))),
    label,
    classes: classesOf(table, label),
  };
  return { description, canonicalBytes };
}

/** Columns as they were read. */
interface ReadTable {
  readonly rows: number;
  readonly builders: readonly ColumnBuilder[];
  /** Columns behind them that are what they are. */
  readonly columns: readonly Column[];
  /** What was left out while reading. */
  readonly cleaning: readonly CleaningStep[];
}

function finishTable({ rows, builders, columns, cleaning: skipped }: ReadTable, options: ImportOptions): ImportedTable {
  const { label, columnKinds = {}, units = {} } = options;
  const names = [...builders, ...columns].map(({ name }) => name);
  if (names.includes(UNUSABLE_NAME)) throw new OutsideError('DATA_INVALID', `no column can be called ${UNUSABLE_NAME}`);
  for (const name of [...Object.keys(columnKinds), ...Object.keys(units), ...(label === null ? [] : [label])]) {
    if (!names.includes(name)) throw noColumn(name, names);
  }
  const built = builders.map((builder) =>
    builder.finish(builder.name === label ? labelKind(builder, options) : ownEntry(columnKinds, builder.name)),
  );
  const { table, cleaning } = cleanTable({ rows, columns: [...columns, ...built] }, options);
  for (const name of Object.keys(units)) {
    const { kind } = requireColumn(table, name);
    if (kind === 'number') continue;
    const message = `column ${JSON.stringify(name)} must hold numbers to have a unit, got kind ${kind}`;
    throw new RequestError('INVALID_INPUT', message, { details: { column: name } });
  }
  return { table, cleaning: [...skipped, ...cleaning], ...describeTable(table, label, units) };
}

function noColumn(name: string, names: readonly string[]): RequestError {
  return new RequestError('INVALID_INPUT', `no column ${JSON.stringify(name)}; the columns are ${names.join(', ')}`, {
    details: { column: name, columns: names },
  });
}

function rowsOf(column: Column): number {
  if (column.kind === 'image') return column.pixels.length / imageBytes(column);
  return isCoded(column) ? column.codes.length : column.values.length;
}

function labelKind(label: ColumnBuilder, options: ImportOptions): ColumnKind {
  const { labelKind: kind, columnKinds = {} } = options;
  return kind ?? ownEntry(columnKinds, label.name) ?? (label.holdsClasses ? 'category' : 'number');
}

function classesOf(table: Table, label: string | null): readonly string[] {
  const column = table.columns.find(({ name }) => name === label);
  if (column === undefined || !isCoded(column)) return [];
  if (column.levels.length <= MAX_CLASSES) return column.levels;
  const message = `label column ${JSON.stringify(label)} must have at most ${MAX_CLASSES} classes, got ${column.levels.length}`;
  throw new RequestError('INVALID_INPUT', message, { details: { column: label } });
}
