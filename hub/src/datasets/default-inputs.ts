import { RequestError } from '../errors.ts';
import type { TargetSpec, WindowSpec } from '../store/job-rows.ts';
import type { InputKind, ModelInputSpec } from '../store/model-rows.ts';
import { ownEntry } from '../store/own-entry.ts';
import { type Column, isMissing, type Table } from '../store/table.ts';
import { requireColumn } from './table-rows.ts';

export interface InputChoice {
  readonly target: TargetSpec;
  /** Only these columns, in this order. @default every column that something can be learned from */
  readonly columns?: readonly string[] | undefined;
  /** Columns to be read otherwise than their kind suggests: codes that look like numbers, a text of few words. */
  readonly kinds?: Readonly<Record<string, InputKind>> | undefined;
  /** Number columns become windows of several rows. */
  readonly windows?: WindowSpec | null | undefined;
}

/** Names of the inputs; further texts and images get `_2`, `_3`, ... behind it. */
const INPUT_NAMES: Readonly<Record<InputKind, string>> = {
  numbers: 'features',
  categories: 'categories',
  times: 'times',
  text: 'text',
  image: 'image',
  window: 'window',
};

/** In the order in which a model takes them. */
const KINDS = Object.keys(INPUT_NAMES) as InputKind[];

const KIND_OF_COLUMN: Readonly<Record<Column['kind'], InputKind>> = {
  number: 'numbers',
  category: 'categories',
  time: 'times',
  text: 'text',
  image: 'image',
  // Only where it is named: by itself nothing can be learned from it.
  identifier: 'categories',
};

/**
 * Which columns of a data set become which inputs of a model. Left out by themselves: the target, identifiers, columns
 * without values, and of windows everything but numbers.
 *
 * @throws RequestError INVALID_INPUT when a column is not there, is the target, or cannot be read so
 */
export function defaultInputs(table: Table, choice: InputChoice): ModelInputSpec[] {
  const columns = chosenColumns(table, choice);
  const { windows } = choice;
  if (windows) return windowInputs(columns, choice, windows.size);
  const kinds = columns.map((column) => kindOf(column, choice));
  return KINDS.flatMap((kind) =>
    inputsOf(
      kind,
      columns.filter((_, index) => kinds[index] === kind),
    ),
  );
}

function chosenColumns(table: Table, { columns, target, windows }: InputChoice): Column[] {
  const reserved = [target.column, windows?.group ?? null];
  if (columns === undefined) {
    return table.columns.filter(
      (column) => !reserved.includes(column.name) && column.kind !== 'identifier' && hasValues(column, table.rows),
    );
  }
  return columns.map((name) => {
    if (reserved.includes(name)) throw unreadable(name, 'it is the target or divides the rows');
    return requireColumn(table, name);
  });
}

function hasValues(column: Column, rows: number): boolean {
  for (let row = 0; row < rows; row++) if (!isMissing(column, row)) return true;
  return false;
}

function kindOf(column: Column, { kinds = {} }: InputChoice): InputKind {
  const suggested = KIND_OF_COLUMN[column.kind];
  const kind = ownEntry(kinds, column.name) ?? suggested;
  if (kind === suggested || isReadable(column, kind)) return kind;
  throw unreadable(column.name, `a ${column.kind} column cannot be read as ${kind}`);
}

function isReadable(column: Column, kind: InputKind): boolean {
  if (column.kind === 'image') return false;
  if (kind === 'categories' || kind === 'text') return true;
  return kind === 'times' && column.kind === 'number';
}

function inputsOf(kind: InputKind, columns: readonly Column[]): ModelInputSpec[] {
  const name = INPUT_NAMES[kind];
  if (columns.length === 0) return [];
  if (kind !== 'text' && kind !== 'image') {
    return [{ name, kind, columns: columns.map((column) => column.name), dims: [columns.length] }];
  }
  return columns.map((column, index) => ({
    name: index === 0 ? name : `${name}_${index + 1}`,
    kind,
    columns: [column.name],
    // Devices may have larger images: how they come to the size of these is part of the model.
    dims: column.kind === 'image' ? [-1, -1, column.channels] : [1],
  }));
}

function windowInputs(columns: readonly Column[], { columns: named }: InputChoice, size: number): ModelInputSpec[] {
  const numbers = columns.filter(({ kind }) => kind === 'number');
  const other = columns.find(({ kind }) => kind !== 'number');
  if (named && other) throw unreadable(other.name, `windows hold numbers, and it is of kind ${other.kind}`);
  const names = numbers.map(({ name }) => name);
  if (names.length === 0) return [];
  return [{ name: INPUT_NAMES.window, kind: 'window', columns: names, dims: [size, names.length] }];
}

function unreadable(column: string, why: string): RequestError {
  const message = `column ${JSON.stringify(column)} cannot be an input of the model: ${why}`;
  return new RequestError('INVALID_INPUT', message, { details: { column } });
}
