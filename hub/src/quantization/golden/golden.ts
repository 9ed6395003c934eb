/** How much another processor may differ, and how the rows are run. */
export interface GoldenOptions {
  /** Largest accepted deviation of a probability; of numbers as a share of their range. */
  readonly tolerance: number;
  /** Most rows in one run, here and on devices. */
  readonly atOnce: number;
}

/** Golden vectors, and what somebody should know of them. */
export interface Golden {
  /** Encoded GoldenVectors. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly notes: readonly string[];
}

/** As many rows as test a device well in a moment. */
const GOLDEN_ROWS = 32;
/** Fewer say too little about a form. */
export const FEWEST_ROWS = 16;
/** Devices fetch the vectors with every form of a model. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Only rows so large that FEWEST_ROWS of them take more than this are fewer. */
const ENORMOUS_BYTES = 32 * 1024 * 1024;

/** How many rows of this size travel with a form. */
export function goldenRowCount(bytesPerRow: number): number {
  const byBytes = Math.floor(MOST_BYTES / Math.max(1, bytesPerRow));
  if (byBytes >= FEWEST_ROWS) return Math.min(GOLDEN_ROWS, byBytes);
  return Math.max(1, Math.min(FEWEST_ROWS, Math.floor(ENORMOUS_BYTES / bytesPerRow)));
}

/** Why the vectors have fewer rows than they should. */
export function fewRowsNotes(rows: number, bytesPerRow: number): readonly string[] {
  if (rows >= FEWEST_ROWS) return [];
  const size = `${Math.ceil(bytesPerRow / 1024)} KiB`;
  const why =
    goldenRowCount(bytesPerRow) < FEWEST_ROWS ? `one row takes ${size}` : 'there are no more rows to take them from';
  return [`golden vectors have ${rows} ${rows === 1 ? 'row' : 'rows'} instead of at least ${FEWEST_ROWS}: ${why}`];
}
