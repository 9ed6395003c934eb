import { type ArchiveFile, readArchive } from '../../archive/read-archive.ts';
import { HubError, OutsideError } from '../../errors.ts';
import type { Column } from '../../store/table.ts';
import type { FileLimits, FolderFormat } from '../file-format.ts';
import { unpack } from '../unpack.ts';

export interface FolderOptions {
  readonly format: FolderFormat;
  /** Column of the labels; of sub-folders what the column of their names is called. @default 'label' */
  readonly label?: string | undefined;
  /** Of images: the size all of them get. @default the size that most of them have */
  readonly imageSize?: { readonly height: number; readonly width: number } | undefined;
  /** Of images: 1 grey, 3 colours. @default 1 where all are grey */
  readonly channels?: 1 | 3 | undefined;
  /** Leaves out files that cannot be read instead of refusing all. @default false */
  readonly skipBroken?: boolean | undefined;
  readonly limits: FileLimits;
}

/** What a folder holds, before it is known which rows it makes. */
export interface FolderFiles {
  /** Of the files that can be read, sorted. */
  readonly paths: readonly string[];
  /** Files that cannot be read. */
  readonly broken: readonly string[];
  /** How many files are something else. */
  readonly others: number;
  /** `labels.csv`, where there is one. */
  readonly labels?: Uint8Array | undefined;
  /** The column of these files; null is missing. */
  column(paths: readonly (string | null)[]): Column;
}

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 2_000_000;

/** The files of an archive, gzip or plain. @throws OutsideError DATA_INVALID; RequestError TOO_LARGE */
export function filesOf(archive: Uint8Array, { maxUnpackedBytes, maxRows }: FileLimits): AsyncIterable<ArchiveFile> {
  const limits = { maxFiles: Math.min(MAX_FILES, maxRows), maxFileBytes: MAX_FILE_BYTES };
  return readArchive(unpack(archive, maxUnpackedBytes), limits);
}

/** Notes a file that cannot be read, or refuses it by name where none may be left out. */
export class BrokenFiles {
  readonly paths: string[] = [];
  readonly #mayBeSkipped: boolean;

  constructor({ skipBroken }: Pick<FolderOptions, 'skipBroken'>) {
    this.#mayBeSkipped = skipBroken ?? false;
  }

  /** Undefined where the file cannot be read. @throws OutsideError DATA_INVALID naming it */
  async reading<T>(path: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (cause) {
      if (!(cause instanceof HubError) || cause.code !== 'DATA_INVALID') throw cause;
      if (!this.#mayBeSkipped) throw new OutsideError('DATA_INVALID', path, { cause, details: { file: path } });
      this.paths.push(path);
      return undefined;
    }
  }
}
