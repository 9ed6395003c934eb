/** Forms of a data file, gzip or plain. */
export const FILE_FORMATS = ['csv', 'jsonl'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** What a file may hold at most. */
export interface FileLimits {
  /** As sent, packed or not. */
  readonly maxBytes: number;
  /** Unpacked. */
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
