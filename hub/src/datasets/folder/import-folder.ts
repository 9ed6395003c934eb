import { OutsideError } from '../../errors.ts';
import type { CleaningStep } from '../../store/dataset-store.ts';
import type { Column } from '../../store/table.ts';
import { ColumnBuilder } from '../column-builder.ts';
import type { FolderFiles, FolderOptions } from './folder-files.ts';
import { readImages } from './image-files.ts';
import { readLabels } from './labels-file.ts';
import { readTexts } from './text-files.ts';

/** Rows of a folder, with what was left out. */
export interface FolderTable {
  /** Columns whose kind is still open. */
  readonly builders: readonly ColumnBuilder[];
  /** Images or texts, of as many rows. */
  readonly column: Column;
  /** Column of the labels; null where neither sub-folders nor a list tell any. */
  readonly label: string | null;
  readonly cleaning: readonly CleaningStep[];
}

const DEFAULT_LABEL = 'label';
/** How many names of broken files a record keeps. */
const MOST_NAMED = 10;

/**
 * The rows of a tar archive, gzip or plain: one image or text a file, called by its sub-folder. Images may come with a
 * `labels.csv` instead: its column `file` names them, and its other columns stand beside them.
 *
 * @throws OutsideError DATA_INVALID naming the file; RequestError INVALID_INPUT, TOO_LARGE
 */
export async function importFolder(archive: Uint8Array, options: FolderOptions): Promise<FolderTable> {
  const read = options.format === 'images' ? readImages : readTexts;
  const files = await read(archive, options);
  if (files.paths.length === 0) {
    throw new OutsideError('DATA_INVALID', `expected ${options.format} in the archive, got none`);
  }
  return files.labels ? listedRows(files, files.labels, options) : folderRows(files, options);
}

async function listedRows(files: FolderFiles, csv: Uint8Array, options: FolderOptions): Promise<FolderTable> {
  const { files: listed, columns } = await readLabels(csv, files.paths, options.limits);
  const unlisted = files.paths.length - new Set(listed.filter((path) => path !== null)).size;
  const cleaning = leftOut(files);
  if (unlisted > 0) cleaning.push({ rule: 'unlisted-file-skipped', column: null, rows: unlisted });
  const suggested = columns.some(({ name }) => name === DEFAULT_LABEL) ? DEFAULT_LABEL : null;
  return { builders: columns, column: files.column(listed), label: options.label ?? suggested, cleaning };
}

function folderRows(files: FolderFiles, options: FolderOptions): FolderTable {
  const { paths } = files;
  const folders = paths.map((path) => path.split('/').at(-2) ?? null);
  const hasLabels = folders.some((folder) => folder !== null);
  const builder = new ColumnBuilder(options.label ?? DEFAULT_LABEL);
  for (const [row, folder] of folders.entries()) builder.add(folder, row + 1);
  const label = hasLabels ? builder.name : (options.label ?? null);
  return { builders: hasLabels ? [builder] : [], column: files.column(paths), label, cleaning: leftOut(files) };
}

function leftOut({ others, broken }: FolderFiles): CleaningStep[] {
  const cleaning: CleaningStep[] = [];
  if (others > 0) cleaning.push({ rule: 'other-file-skipped', column: null, rows: others });
  if (broken.length > 0) {
    const named = [...broken].sort().slice(0, MOST_NAMED);
    cleaning.push({ rule: 'broken-file-skipped', column: null, rows: broken.length, files: named });
  }
  return cleaning;
}
