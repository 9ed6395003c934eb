import type { Command } from 'commander';
import type { DatasetRows } from '../../api/dataset-actions.ts';
import type { DatasetRecord } from '../../store/dataset-store.ts';
import type { CliIo } from '../cli-io.ts';
import { datasetText } from '../dataset-text.ts';
import { command, group, nameAndVersion, Session, wholeNumber } from '../session.ts';
import { bytes, time } from '../words.ts';
import { importDataset } from './import-dataset.ts';

/** `edgeloop datasets`. */
export function datasetCommands(io: CliIo): Command[] {
  const datasets = group('datasets', 'Profiled, cleaned, versioned tables.')
    .addCommand(importDataset(io))
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(rows(io));
  return [datasets];
}

function list(io: CliIo): Command {
  return command('list', 'List all versions of all data sets.').action(async (options) => {
    const session = new Session(io, options);
    const answer = await session.api.get<{ datasets: DatasetRecord[] }>('/datasets');
    const columns = [
      ['DATA SET', (record: DatasetRecord) => `${record.name}@${record.version}`],
      ['ROWS', (record: DatasetRecord) => record.rows],
      ['COLUMNS', (record: DatasetRecord) => record.columns.length],
      ['LABEL', (record: DatasetRecord) => record.label],
      ['SIZE', (record: DatasetRecord) => bytes(record.sizeBytes)],
      ['CREATED', (record: DatasetRecord) => time(record.createdMs)],
      ['ORIGIN', (record: DatasetRecord) => record.origin],
    ] as const;
    session.answerTable(answer, answer.datasets, columns, 'no data sets; import one with "edgeloop datasets import"');
  });
}

function show(io: CliIo): Command {
  return command('show', 'Show the columns of a data set and what cleaning did.')
    .argument('<dataset>', 'NAME or NAME@VERSION', nameAndVersion)
    .action(async (dataset: { name: string; version?: number }, options) => {
      const session = new Session(io, options);
      answerDataset(session, await find(session, dataset));
    });
}

function rows(io: CliIo): Command {
  return command('rows', 'Show the first rows of a data set.')
    .argument('<dataset>', 'NAME or NAME@VERSION', nameAndVersion)
    .option('--limit <ROWS>', 'how many', wholeNumber(1, 1_000), 10)
    .action(async (dataset: { name: string; version?: number }, options) => {
      const session = new Session(io, options);
      const { name, version } = await find(session, dataset);
      const path = `/datasets/${name}/versions/${version}/rows`;
      const answer = await session.api.get<DatasetRows>(path, { limit: options.limit });
      const columns = answer.columns.map(
        (title, at) => [title, (row: DatasetRows['rows'][number]) => shown(row[at])] as const,
      );
      session.answerTable(answer, answer.rows, columns, 'no rows');
    });
}

/** Images are for the console; a terminal has no room for them. */
function shown(cell: number | string | null | undefined): number | string | null | undefined {
  return typeof cell === 'string' && cell.startsWith('data:image/') ? 'image' : cell;
}

function find(session: Session, { name, version }: { name: string; version?: number }): Promise<DatasetRecord> {
  const path = `/datasets/${encodeURIComponent(name)}`;
  return session.api.get<DatasetRecord>(version === undefined ? path : `${path}/versions/${version}`);
}

function answerDataset(session: Session, record: DatasetRecord): void {
  session.answer(record, () => datasetText(record));
}
