import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { RequestError } from '../../errors.ts';
import type { DatasetRecord } from '../../store/dataset-store.ts';
import type { CliIo } from '../cli-io.ts';
import { datasetText } from '../dataset-text.ts';
import { fileStream } from '../file-stream.ts';
import { folderStream } from '../folder-stream.ts';
import { command, type GlobalOptions, Session } from '../session.ts';

const EXAMPLES = `
Examples:
  $ edgeloop datasets import shuttle.csv.gz --name shuttle --label Class
  $ edgeloop datasets import --images parts/ --name parts --image-size 48x48
  $ edgeloop datasets import --texts mails/ --name mails`;

const FOLDERS = `
A folder of images or texts has a sub-folder for each class. Beside images a labels.csv may lie instead: its column
"file" names them, and its other columns stand beside them.`;

interface ImportOptions extends GlobalOptions {
  readonly name: string;
  readonly label?: string;
  readonly labelKind?: string;
  readonly format?: string;
  readonly images?: string;
  readonly texts?: string;
  readonly imageSize?: string;
  readonly channels?: string;
  readonly skipBroken?: true;
  readonly kinds?: string;
  readonly unit: readonly string[];
  readonly dropDuplicates?: true;
}

/** `edgeloop datasets import`. */
export function importDataset(io: CliIo): Command {
  return command('import', 'Import a table, or a folder of images or texts, as the next version of a data set.')
    .argument('[file]', 'CSV or JSON lines, plain or gzip')
    .requiredOption('--name <NAME>', 'name of the data set')
    .option('--label <COLUMN>', 'the column to predict')
    .addOption(new Option('--label-kind <KIND>', 'what the label is').choices(['number', 'category']))
    .addOption(
      new Option('--format <FORMAT>', 'what the file is; by default as it is called').choices(['csv', 'jsonl']),
    )
    .option('--images <FOLDER>', 'import a folder of images instead of a file')
    .option('--texts <FOLDER>', 'import a folder of text files instead of a file')
    .option('--image-size <HxW>', 'size that all images get; else that of most of them')
    .addOption(new Option('--channels <COUNT>', 'of all images: 1 grey, 3 colours').choices(['1', '3']))
    .option('--skip-broken', 'leave out images and texts that cannot be read')
    .option('--kinds <LIST>', 'kinds of columns where the guess is wrong: postcode=category,note=text')
    .option('--unit <COLUMN=UNIT>', 'what a number column is in; can be given several times', addUnit, [])
    .option('--drop-duplicates', 'keep one of rows that are the same')
    .addHelpText('after', `${FOLDERS}\n${EXAMPLES}`)
    .action(async (file: string | undefined, options: ImportOptions) => {
      const session = new Session(io, options);
      const source = sourceOf(file, options);
      const title = basename(resolve(source.path));
      const progress = session.progress(title);
      try {
        const query = queryOf(options, source.format, `${source.isFolder ? 'folder' : 'file'} ${title}`);
        const stream = source.isFolder ? folderStream : fileStream;
        const body = await stream(source.path, progress, 'profiling and cleaning');
        const record = await session.api.upload<DatasetRecord>('/datasets', query, body);
        session.answer(record, () => datasetText(record));
      } finally {
        progress.stop();
      }
    });
}

interface Source {
  readonly path: string;
  readonly format: string;
  readonly isFolder: boolean;
}

/** @throws RequestError INVALID_INPUT unless exactly one source is named, with options that are for it */
function sourceOf(file: string | undefined, options: ImportOptions): Source {
  const { images, texts, format } = options;
  const sources = [
    ...(file === undefined ? [] : [{ path: file, format: format ?? formatOf(file), isFolder: false }]),
    ...(images === undefined ? [] : [{ path: images, format: 'images', isFolder: true }]),
    ...(texts === undefined ? [] : [{ path: texts, format: 'texts', isFolder: true }]),
  ];
  const [source] = sources;
  if (!source || sources.length !== 1) {
    throw new RequestError('INVALID_INPUT', `expected a file, --images or --texts, got ${sources.length} of them`);
  }
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RequestError('INVALID_INPUT', `${file} is a folder: expected --images ${file} or --texts ${file}`);
  }
  if (images === undefined) refuseImageOptions(options);
  return source;
}

function formatOf(file: string): string {
  return /\.(jsonl|ndjson)(\.gz)?$/i.test(file) ? 'jsonl' : 'csv';
}

function refuseImageOptions({ imageSize, channels }: ImportOptions): void {
  const [name] = [
    ...(imageSize === undefined ? [] : ['--image-size']),
    ...(channels === undefined ? [] : ['--channels']),
  ];
  if (name !== undefined) throw new RequestError('INVALID_INPUT', `${name} is for --images, got none`);
}

function queryOf(options: ImportOptions, format: string, origin: string): Record<string, string | undefined> {
  const { name, label, labelKind, kinds, imageSize, channels, unit } = options;
  return {
    ...{ name, label, labelKind, format, kinds, imageSize, channels, origin },
    units: unit.length === 0 ? undefined : unit.join(','),
    dropDuplicates: options.dropDuplicates && 'true',
    skipBroken: options.skipBroken && 'true',
  };
}

function addUnit(given: string, before: readonly string[]): readonly string[] {
  if (/^[^=,]+=[^=,]+$/.test(given)) return [...before, given];
  throw new InvalidArgumentError('must be COLUMN=UNIT.');
}
