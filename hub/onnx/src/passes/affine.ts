import { floatAttribute, intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { GraphEdit } from './graph-edit.ts';

/** y = x * scale + shift, channel by channel. */
export interface Affine {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

/** Where the channels of a value are: sizes, and the axis that counts them. */
export interface Channels {
  readonly rank: number;
  readonly axis: number;
  readonly count: number;
}

const ARITHMETIC: ReadonlySet<string> = new Set(['Mul', 'Div', 'Add', 'Sub']);

/**
 * What a node does to `value` when it only multiplies and adds a constant per channel: BatchNormalization outside of
 * training, Mul, Div, Add, Sub. `undefined` for any other node.
 */
export function affineOf(edit: GraphEdit, node: Node, value: string, channels: Channels): Affine | undefined {
  const operator = node.opType ?? '';
  const affine =
    operator === 'BatchNormalization'
      ? normalization(edit, node, value, channels)
      : ARITHMETIC.has(operator)
        ? arithmetic(edit, node, value, channels)
        : undefined;
  return affine && [...affine.scale, ...affine.shift].every(Number.isFinite) ? affine : undefined;
}

// ONNX BatchNormalization-15: (x - mean) / sqrt(variance + epsilon) * scale + bias
function normalization(
  edit: GraphEdit,
  node: Node,
  value: string,
  { rank, axis, count }: Channels,
): Affine | undefined {
  const isInference = intAttribute(node, 'training_mode', 0) === 0 && intAttribute(node, 'spatial', 1) === 1;
  const isAlone = node.output.slice(1).every((name) => name === '' || edit.readers(name).length === 0);
  if (!isInference || !isAlone || node.input[0] !== value || axis !== 1 || rank < 2) return undefined;
  const [gain, bias, mean, variance] = node.input.slice(1, 5).map((name) => floatsOf(edit, name));
  if (!gain || !bias || !mean || !variance || gain.length !== count) return undefined;
  const epsilon = floatAttribute(node, 'epsilon', 1e-5);
  const scale = gain.map((entry, at) => entry / Math.sqrt((variance[at] ?? 0) + epsilon));
  return { scale, shift: bias.map((entry, at) => entry - (mean[at] ?? 0) * (scale[at] ?? 0)) };
}

function arithmetic(edit: GraphEdit, node: Node, value: string, channels: Channels): Affine | undefined {
  const [left = '', right = ''] = node.input;
  const isFirst = left === value;
  const constant = perChannel(edit, isFirst ? right : left, channels);
  if (!constant) return undefined;
  const all = (entry: number): number[] => constant.map(() => entry);
  switch (node.opType) {
    case 'Mul':
      return { scale: constant, shift: all(0) };
    case 'Div':
      return isFirst ? { scale: constant.map((entry) => 1 / entry), shift: all(0) } : undefined;
    case 'Add':
      return { scale: all(1), shift: constant };
    default:
      return { scale: all(isFirst ? 1 : -1), shift: isFirst ? constant.map((entry) => -entry) : constant };
  }
}

/** A constant with one entry, or one per channel, as an entry per channel. */
function perChannel(edit: GraphEdit, name: string, { rank, axis, count }: Channels): number[] | undefined {
  if (!edit.isConstant(name)) return undefined;
  const { dims } = edit.types.typeOf(name);
  // A constant with more dimensions than the value would give it more, too.
  if (!dims || dims.length > rank) return undefined;
  const isPerChannel = dims.every((dim, at) => dim === 1 || (at + rank - dims.length === axis && dim === count));
  const entries = isPerChannel ? floatsOf(edit, name) : undefined;
  return entries?.length === 1 ? Array.from({ length: count }, () => entries[0] ?? 0) : entries;
}

/** Entries of a float32 constant. */
export function floatsOf(edit: GraphEdit, name: string): number[] | undefined {
  const value = edit.constant(name);
  return value?.type === 'float32' ? [...value.data] : undefined;
}
