import { intAttribute, stringAttribute } from '../../format/attributes.ts';
import type { Node } from '../../format/messages.ts';
import type { Dim } from '../../graph/value-type.ts';
import { integerParameter } from '../../shape/integer-parameter.ts';
import type { ConstantEdits } from './constant-edits.ts';

/** Where the channels of a value are, and what Flatten made of them further on. */
export interface ChannelLayout {
  readonly axis: number;
  readonly channels: number;
  /** Entries in a row for each channel, of the value that is followed back. */
  readonly inner: number;
}

/** f(c x) = c f(x) for every c > 0, entry by entry. */
const ENTRYWISE: ReadonlySet<string> = new Set(['Abs', 'Dropout', 'Identity', 'LeakyRelu', 'Neg', 'PRelu', 'Relu']);
/** The same for each channel by itself, channels being axis 1. */
const POOLS: ReadonlySet<string> = new Set(['AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'MaxPool']);
/** Entries are put together anew, in the same order. */
const RESHAPES: ReadonlySet<string> = new Set(['Flatten', 'Reshape', 'Squeeze']);

/**
 * Where the channels of a node's first input are, when a positive factor on each of them is the same factor on each
 * channel of the output, placed at `layout`. `undefined` where it is not: bounds such as those of Clip(0, 6) do not move
 * with the factor.
 */
export function layoutBefore(edits: ConstantEdits, node: Node, layout: ChannelLayout): ChannelLayout | undefined {
  const operator = node.opType ?? '';
  if (node.output.slice(1).some((name) => name !== '' && edits.readers(name).length > 0)) return undefined;
  if (ENTRYWISE.has(operator)) return operator === 'Dropout' && isTraining(edits, node) ? undefined : layout;
  if (operator === 'Clip') return isRelu(edits, node) ? layout : undefined;
  if (POOLS.has(operator)) return layout.axis === 1 ? layout : undefined;
  if (RESHAPES.has(operator)) return beforeReshape(edits, node, layout);
  if (operator === 'Transpose') return beforeTranspose(edits, node, layout);
  if (operator === 'Pad') return isHomogeneousPad(edits, node) && keepsAxis(edits, node, layout) ? layout : undefined;
  if (operator === 'ReduceMean') return isBehindChannels(edits, node, layout) ? layout : undefined;
  return undefined;
}

function dimsOf(edits: ConstantEdits, value = ''): readonly Dim[] | undefined {
  return edits.types.typeOf(value).dims;
}

function isTraining(edits: ConstantEdits, node: Node): boolean {
  const mode = node.input[2] ?? '';
  return mode !== '' && Number(edits.types.constants.get(mode)?.data[0] ?? 1) !== 0;
}

/** Clip from 0, or from nothing, without an upper bound. */
function isRelu(edits: ConstantEdits, node: Node): boolean {
  const context = edits.types.contextOf(node);
  const [low, high] = [1, 2].map((index) => (node.input[index] ? context.constant(index)?.data[0] : 'none'));
  const isOld = node.attribute.some(({ name }) => name === 'min' || name === 'max');
  return !isOld && (low === 'none' || low === 0) && (high === 'none' || high === Number.POSITIVE_INFINITY);
}

/** [batch, channel, size...] -> [batch, channel * sizes]. */
function beforeReshape(edits: ConstantEdits, node: Node, layout: ChannelLayout): ChannelLayout | undefined {
  const [before, after] = [dimsOf(edits, node.input[0]), dimsOf(edits, node.output[0])];
  const [, channels, ...sizes] = before ?? [];
  if (after?.length !== 2 || layout.axis !== 1 || typeof channels !== 'number') return undefined;
  const inner = sizes.reduce((product: number, size) => product * (typeof size === 'number' ? size : Number.NaN), 1);
  return channels * inner === layout.channels ? { axis: 1, channels, inner: layout.inner * inner } : undefined;
}

function beforeTranspose(edits: ConstantEdits, node: Node, layout: ChannelLayout): ChannelLayout | undefined {
  const rank = dimsOf(edits, node.input[0])?.length ?? 0;
  const perm = node.attribute.find(({ name }) => name === 'perm')?.ints.map(Number);
  const axis = perm ? perm[layout.axis] : rank - 1 - layout.axis;
  return axis === undefined || rank === 0 ? undefined : { ...layout, axis };
}

function isHomogeneousPad(edits: ConstantEdits, node: Node): boolean {
  if (stringAttribute(node, 'mode', 'constant') !== 'constant') return true;
  const value = node.input[2] ? edits.types.contextOf(node).constant(2)?.data[0] : 0;
  return value === 0 && !node.attribute.some(({ name }) => name === 'value');
}

function keepsAxis(edits: ConstantEdits, node: Node, { axis }: ChannelLayout): boolean {
  const [before, after] = [dimsOf(edits, node.input[0])?.[axis], dimsOf(edits, node.output[0])?.[axis]];
  return typeof before === 'number' && before === after;
}

/** Whether only axes behind that of the channels go. */
function isBehindChannels(edits: ConstantEdits, node: Node, { axis }: ChannelLayout): boolean {
  const rank = dimsOf(edits, node.input[0])?.length;
  const axes = integerParameter(edits.types.contextOf(node), 'axes', 1);
  if (rank === undefined || !axes || axes.length === 0) return false;
  const isKept = intAttribute(node, 'keepdims', 1) === 1;
  return axes
    .map((entry) => (entry < 0 ? entry + rank : entry))
    .every((entry) => (isKept ? entry !== axis : entry > axis));
}
