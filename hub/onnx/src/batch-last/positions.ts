import type { Emitter } from '../gradient/emitter.ts';
import { int64, tensor } from '../tensor/tensor.ts';
import { OUTSIDE, readsOutside, type WindowReads } from './window-reads.ts';

/** A value [channel, position * batch]: the batch is innermost, so that moving a position moves a whole row. */
export interface PositionValue {
  readonly name: string;
  readonly channels: number;
  readonly positions: number;
}

/** `value` with other dimensions, the last of which takes what is left. */
export function reshaped(emit: Emitter, value: string, ...dims: readonly number[]): string {
  return emit.op('Reshape', [value, emit.constant(int64([...dims, -1]))]);
}

/**
 * What each of several windowings reads, each [channel * entry, window * batch]. A read outside gives `padding`, zeros by
 * default.
 */
export function readPositions(
  emit: Emitter,
  { name, channels, positions }: PositionValue,
  windowings: readonly WindowReads[],
  padding?: string,
): string[] {
  const rows = reshaped(emit, name, channels, positions);
  const source = windowings.some(readsOutside) ? withOneMore(emit, rows, padding) : rows;
  return windowings.map((reads) => {
    return reshaped(emit, pickRows(emit, source, reads, positions), channels * reads.length);
  });
}

/** Picks rows out of [channel, row, batch]; reads outside pick row `outside`. */
export function pickRows(emit: Emitter, source: string, reads: WindowReads, outside: number): string {
  const indices = Int32Array.from(reads.flat(), (at) => (at === OUTSIDE ? outside : at));
  return emit.op('Gather', [source, emit.constant(tensor('int32', [indices.length], indices))], { axis: 1 });
}

/** [channel, position, batch] with one more position. */
export function withOneMore(emit: Emitter, rows: string, padding?: string): string {
  return emit.op('Pad', [rows, emit.constant(int64([0, 0, 0, 0, 1, 0])), padding]);
}

/** Sum of the lists of [channel * list, ...], as [channel, ...]. */
export function sumOfLists(emit: Emitter, value: string, channels: number, lists: number): string {
  if (lists === 1) return value;
  return emit.op('ReduceSum', [reshaped(emit, value, channels, lists), emit.constant(int64([1]))], { keepdims: 0 });
}
