/** Forms of a data file, gzip or plain: tables, and tar archives of images or texts. */
export const FILE_FORMATS = ['csv', 'jsonl', 'images', 'texts'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
/** One file of a table. */
export type TableFormat = 'csv' | 'jsonl';
/** A folder of files. */
export type FolderFormat = Exclude<FileFormat, TableFormat>;

/** What a file may hold at most. */
export interface FileLimits {
  /** As sent, packed or not. */
  readonly maxBytes: number;
  /** Unpacked; of images also what their pixels take together. */
  readonly maxUnpackedBytes: number;
  readonly maxRows: number;
  readonly maxColumns: number;
}

export const DEFAULT_FILE_LIMITS: FileLimits = {
  maxBytes: 256 * 1024 * 1024,
  maxUnpackedBytes: 1024 * 1024 * 1024,
  maxRows: 20_000_000,
  maxColumns: 2_000,
};

/** One record of a file: cells by column, and the line it ends on. */
export interface FileRecord {
  readonly cells: readonly (string | null)[];
  readonly line: number;
}
