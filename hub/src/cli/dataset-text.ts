import type { CleaningStep, ColumnProfile, DatasetRecord } from '../store/dataset-store.ts';
import { renderFields, renderTable } from './table.ts';
import { bytes, decimals } from './words.ts';

/** Data sets of images have a column for each pixel; JSON has all of them. */
const MAX_COLUMNS = 40;
const MAX_CLEANED = 5;

/** A data set with its columns and what cleaning did, for people. */
export function datasetText(record: DatasetRecord): string {
  const { columns, label } = record;
  const others = columns.filter(({ name }) => name !== label).slice(0, MAX_COLUMNS - 1);
  const shown =
    columns.length <= MAX_COLUMNS
      ? columns
      : columns.filter((column) => column.name === label || others.includes(column));
  const more = columns.length > shown.length ? `... and ${columns.length - shown.length} more; --json has all\n` : '';
  const head = renderFields({
    'data set': `${record.name}@${record.version}`,
    rows: record.rows,
    label,
    classes: record.classes.join(', '),
    size: bytes(record.sizeBytes),
    origin: record.origin,
    cleaning: cleaningText(record),
  });
  return `${head}\n${renderTable(shown, TITLES, 'no columns')}${more}`;
}

const TITLES = [
  ['COLUMN', (column: ColumnProfile) => column.name],
  ['KIND', kindText],
  ['MISSING', (column: ColumnProfile) => column.missing],
  ['DISTINCT', (column: ColumnProfile) => column.distinct],
  ['MIN', (column: ColumnProfile) => decimals(column.min)],
  ['MEAN', (column: ColumnProfile) => decimals(column.mean)],
  ['MAX', (column: ColumnProfile) => decimals(column.max)],
] as const;

function kindText({ kind, unit, image }: ColumnProfile): string {
  if (image) return `${kind} ${image.height} x ${image.width} x ${image.channels}`;
  return unit === undefined ? kind : `${kind}, ${unit}`;
}

function stepText({ rule, column, rows, files }: CleaningStep): string {
  const step = column === null ? `${rule}: ${rows}` : `${rule} ${column}: ${rows}`;
  return files === undefined ? step : `${step} (${files.join(', ')}${files.length < rows ? ', ...' : ''})`;
}

function cleaningText({ cleaning }: DatasetRecord): string {
  const rules = [...new Set(cleaning.map(({ rule }) => rule))];
  const parts = rules.flatMap((rule) => {
    const steps = cleaning.filter((step) => step.rule === rule);
    const told = steps.slice(0, MAX_CLEANED).map(stepText);
    return steps.length > MAX_CLEANED ? [...told, `${rule} of ${steps.length - MAX_CLEANED} more columns`] : told;
  });
  return parts.join('; ') || 'nothing to do';
}
