import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import type { DatasetRows } from '../../api/dataset-actions.ts';
import type { DatasetRecord } from '../../store/dataset-store.ts';
import type { CliIo } from '../cli-io.ts';
import { datasetText } from '../dataset-text.ts';
import { fileStream } from '../file-stream.ts';
import { command, group, nameAndVersion, Session, wholeNumber } from '../session.ts';
import { bytes, time } from '../words.ts';

/** `edgeloop datasets`. */
export function datasetCommands(io: CliIo): Command[] {
  const datasets = group('datasets', 'Profiled, cleaned, versioned tables.')
    .addCommand(importFile(io))
    .addCommand(list(io))
    .addCommand(show(io))
    .addCommand(rows(io));
  return [datasets];
}

function importFile(io: CliIo): Command {
  return command('import', 'Import a CSV or JSON lines file, plain or gzip, as the next version of a data set.')
    .argument('<file>')
    .requiredOption('--name <NAME>', 'name of the data set')
    .option('--label <COLUMN>', 'the column to predict')
    .addOption(new Option('--format <FORMAT>', 'what the file is').choices(['csv', 'jsonl']).default('csv'))
    .option('--kinds <LIST>', 'kinds of columns where the guess is wrong: postcode=category,note=text')
    .option('--drop-duplicates', 'keep one of rows that are the same')
    .addHelpText('after', '\nExample:\n  $ edgeloop datasets import shuttle.csv.gz --name shuttle --label Class')
    .action(async (file: string, options) => {
      const session = new Session(io, options);
      const progress = session.progress(basename(file));
      try {
        const query = {
          name: options.name,
          label: options.label,
          format: options.format,
          kinds: options.kinds,
          dropDuplicates: options.dropDuplicates ? 'true' : undefined,
          origin: `file ${basename(file)}`,
        };
        const body = await fileStream(file, progress, 'profiling and cleaning');
        answerDataset(session, await session.api.upload<DatasetRecord>('/datasets', query, body));
      } finally {
        progress.stop();
      }
    });
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
        (title, at) => [title, (row: DatasetRows['rows'][number]) => row[at]] as const,
      );
      session.answerTable(answer, answer.rows, columns, 'no rows');
    });
}

function find(session: Session, { name, version }: { name: string; version?: number }): Promise<DatasetRecord> {
  const path = `/datasets/${encodeURIComponent(name)}`;
  return session.api.get<DatasetRecord>(version === undefined ? path : `${path}/versions/${version}`);
}

function answerDataset(session: Session, record: DatasetRecord): void {
  session.answer(record, () => datasetText(record));
}
