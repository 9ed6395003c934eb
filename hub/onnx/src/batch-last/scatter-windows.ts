import type { Emitter } from '../gradient/emitter.ts';
import { pickRows, reshaped, sumOfLists, withOneMore } from './positions.ts';
import { readersOf, readsOutside, type WindowReads } from './window-reads.ts';

/** What every entry of every window has for the position it read. */
export interface WindowValues {
  /** [channel, row * batch], or with these dimensions apart. */
  readonly name: string;
  readonly channels: number;
  readonly rows: number;
  readonly reads: WindowReads;
  /** The row that entry `entry` of window `window` has. */
  readonly rowOf: (entry: number, window: number) => number;
  /** A row of zeros, where there is one. */
  readonly zeros?: number;
}

/** Sum of what the windows have for each position, [channel, position * batch]: the reverse of `readPositions`. */
export function scatterWindows(emit: Emitter, values: WindowValues, positions: number): string {
  const { channels, rows, reads, rowOf, zeros } = values;
  const readers = readersOf(reads, positions, rowOf);
  const value = reshaped(emit, values.name, channels, rows);
  const source = zeros === undefined && readsOutside(readers) ? withOneMore(emit, value) : value;
  const picked = pickRows(emit, source, readers, zeros ?? rows);
  return sumOfLists(emit, reshaped(emit, picked, channels * readers.length), channels, readers.length);
}
