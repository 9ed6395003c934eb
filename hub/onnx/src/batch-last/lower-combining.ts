import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import { int64 } from '../tensor/tensor.ts';
import { type BatchLastGraph, type BatchLastValue, product } from './batch-last-graph.ts';
import { isScalar } from './lower-unary.ts';
import { reshaped } from './positions.ts';

/** Operators that combine entries at the same place, with broadcasting. */
const COMBINING: ReadonlySet<string> = new Set(['Add', 'Div', 'Max', 'Mean', 'Min', 'Mul', 'Sub', 'Sum']);

/** Lets an operator that combines entries work on values with the batch last; returns whether that is possible. */
export function lowerCombining(graph: BatchLastGraph, node: Node): boolean {
  const known = node.input.flatMap((value) => graph.known(value) ?? []);
  if (known.length === 0 || !COMBINING.has(node.opType ?? '')) return false;
  const channels = Math.max(...known.map((value) => value.channels));
  const { sizes } = known.reduce((most, value) => (value.positions > most.positions ? value : most));
  const batch = batchOf(graph, node.input.find((value) => graph.known(value)) ?? '');
  const target = { channels, sizes, positions: product(sizes), batch };
  const isFlat = known.every(({ positions }) => positions === target.positions);
  const inputs = node.input.map((value) => operand(graph, value, target, isFlat));
  if (!inputs.every((input) => input !== undefined)) return false;
  const [output = ''] = node.output;
  const combined = graph.fresh(`${output}_batch_last`);
  graph.keep(node, { input: inputs, output: [combined] });
  const name = isFlat ? combined : reshaped(graph.visible, combined, channels);
  graph.set(output, { name, channels, sizes, positions: target.positions });
  return true;
}

interface Target extends Omit<BatchLastValue, 'name'> {
  readonly batch: Dim;
}

/** A value as it broadcasts to [channel, position * batch], or to these dimensions apart where not `isFlat`. */
function operand(graph: BatchLastGraph, value: string, target: Target, isFlat: boolean): string | undefined {
  if (isScalar(graph, value)) return value;
  const known = graph.known(value) ?? (hasDimsOf(graph, value, target) ? graph.enter(value) : undefined);
  if (!known) return perChannel(graph, value, target, isFlat);
  // With the batch innermost, one of a single row does not broadcast.
  if (!isSameBatch(batchOf(graph, value), target.batch)) return undefined;
  const { name, channels, positions, sizes } = known;
  const fits = `${sizes}` === `${target.sizes}` || (positions === 1 && sizes.length === target.sizes.length);
  if (!fits || (channels !== target.channels && channels !== 1)) return undefined;
  return isFlat ? name : reshaped(graph.visible, name, channels, positions);
}

function hasDimsOf(graph: BatchLastGraph, value: string, { channels, sizes, batch }: Target): boolean {
  const [own, ...dims] = graph.types.typeOf(value).dims ?? [];
  return isSameBatch(own, batch) && `${dims}` === `${[channels, ...sizes]}`;
}

function batchOf(graph: BatchLastGraph, value: string): Dim {
  return graph.types.typeOf(value).dims?.[0];
}

/** An open size is taken to be that of the other batch, unless that has one row. */
function isSameBatch(left: Dim, right: Dim): boolean {
  return left === right || ((left === undefined || right === undefined) && left !== 1 && right !== 1);
}

/** A value per channel, [1, channel, 1, 1] or with fewer ones in front, as [channel, 1] or [channel, 1, 1]. */
function perChannel(
  graph: BatchLastGraph,
  value: string,
  { channels, sizes }: Target,
  isFlat: boolean,
): string | undefined {
  const { dims } = graph.types.typeOf(value);
  const missing = sizes.length + 2 - (dims?.length ?? 0);
  if (!dims || missing < 0) return undefined;
  const aligned = [...new Array<number>(missing).fill(1), ...dims];
  if (!aligned.every((dim, axis) => dim === (axis === 1 ? channels : 1))) return undefined;
  const shape = graph.visible.constant(int64(isFlat ? [channels, 1] : [channels, 1, 1]));
  return graph.visible.op('Reshape', [value, shape]);
}
