import { intAttribute, intsAttribute } from '../../../format/attributes.ts';
import type { Node } from '../../../format/messages.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { isWholeAxis, product } from './channel-place.ts';
import { traceProduct } from './channel-products.ts';
import { traceReshape } from './channel-reshapes.ts';
import type { ChannelTrace, TracedValue } from './channel-trace.ts';

/** Follows channels through a node; returns false where it needs all of them. */
export type ChannelRule = (trace: ChannelTrace, node: Node) => boolean;

/** Operators that treat every entry alike. */
const UNARY = [
  ...['Abs', 'Cast', 'Celu', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Gelu', 'HardSigmoid', 'HardSwish', 'Identity'],
  ...['LeakyRelu', 'Log', 'Mish', 'Neg', 'Reciprocal', 'Relu', 'Selu', 'Sigmoid', 'Softplus', 'Softsign', 'Sqrt'],
  ...['Tanh', 'ThresholdedRelu'],
];
/** Operators that look at each channel by itself, the second axis. */
const POOLING = ['AveragePool', 'GlobalAveragePool', 'GlobalLpPool', 'GlobalMaxPool', 'LpPool', 'MaxPool'];
const REDUCTIONS = ['ReduceL2', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum'];
const COMBINING = ['Add', 'Div', 'Max', 'Mean', 'Min', 'Mul', 'PRelu', 'Sub', 'Sum'];

/** Rules by operator; behind any other all channels are needed. */
export const CHANNEL_RULES: ReadonlyMap<string, ChannelRule> = new Map<string, ChannelRule>([
  ...UNARY.map((operator): [string, ChannelRule] => [operator, unary]),
  ...POOLING.map((operator): [string, ChannelRule] => [operator, pooling]),
  ...REDUCTIONS.map((operator): [string, ChannelRule] => [operator, reduction]),
  ...COMBINING.map((operator): [string, ChannelRule] => [operator, combining]),
  ['BatchNormalization', normalization],
  ['InstanceNormalization', normalization],
  ['Conv', traceProduct],
  ['Gemm', traceProduct],
  ['MatMul', traceProduct],
  ['Flatten', traceReshape],
  ['Reshape', traceReshape],
  ['Squeeze', traceReshape],
  ['Unsqueeze', traceReshape],
  ['Transpose', transpose],
]);

function unary(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  if (x) trace.write(node, x);
  return true;
}

function pooling(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const hasPlaces = node.output.slice(1).some((output) => output !== '');
  if (x?.axis !== 1 || !isWholeAxis(x) || hasPlaces) return false;
  trace.write(node, x);
  return true;
}

function reduction(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const rank = trace.dims(node.input[0])?.length;
  const axes = intsAttribute(node, 'axes') ?? trace.integers(node, 1);
  if (!x || rank === undefined || axes === undefined) return false;
  const reduced = axes.map((axis) => positiveAxis(axis, rank));
  if (reduced.includes(x.axis)) return false;
  const lost = intAttribute(node, 'keepdims', 1) === 1 ? 0 : reduced.filter((axis) => axis < x.axis).length;
  trace.write(node, { ...x, axis: x.axis - lost });
  return true;
}

function transpose(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const perm = intsAttribute(node, 'perm');
  if (!x || !perm) return false;
  trace.write(node, { ...x, axis: perm.indexOf(x.axis) });
  return true;
}

/** One number a channel, and statistics where there are any. */
function normalization(trace: ChannelTrace, node: Node): boolean {
  const x = trace.input(node, 0);
  const inputs = node.input.flatMap((_, input) => (input > 0 ? input : []));
  if (x?.axis !== 1 || inputs.some((input) => !trace.constant(node, input))) return false;
  for (const input of inputs) x.group.cut({ kind: 'constant', node, input, place: { ...x, axis: 0 } });
  trace.write(node, x);
  return true;
}

/** Values that are broadcast to each other: traced ones become one group, constants are cut with them. */
function combining(trace: ChannelTrace, node: Node): boolean {
  const rank = trace.dims(node.output[0])?.length;
  const aligned = node.input.map((value, input) => {
    const own = trace.dims(value)?.length;
    const x = trace.input(node, input);
    return x && own !== undefined && rank !== undefined ? { ...x, axis: x.axis + rank - own } : undefined;
  });
  const first = aligned.find((x) => x !== undefined);
  if (!first) return false;
  const ways = node.input.map((_, input) => wayOf(trace, node, input, { first, own: aligned[input], rank }));
  if (ways.includes('unlike')) return false;
  for (const [input, way] of ways.entries()) {
    const x = aligned[input];
    if (x) first.group.join(x.group);
    if (way !== 'cut') continue;
    const axis = first.axis - (rank ?? 0) + (trace.dims(node.input[input])?.length ?? 0);
    first.group.cut({ kind: 'constant', node, input, place: { ...first, axis } });
  }
  trace.write(node, first);
  return true;
}

interface Alignment {
  readonly first: TracedValue;
  readonly own: TracedValue | undefined;
  readonly rank: number | undefined;
}

/** What an input has along the axis of the channels: as many of them, a constant to cut, or one entry for all. */
function wayOf(
  trace: ChannelTrace,
  node: Node,
  input: number,
  { first, own, rank = 0 }: Alignment,
): 'joins' | 'cut' | 'one' | 'unlike' {
  if (own) {
    const isSame = own.axis === first.axis && own.repeat === first.repeat && own.block === first.block;
    return isSame && own.group.channels === first.group.channels ? 'joins' : 'unlike';
  }
  const dims = trace.dims(node.input[input]);
  if (!dims) return 'unlike';
  const size = dims[first.axis - rank + dims.length] ?? 1;
  if (size === 1) return 'one';
  const isWhole = size === product([first.repeat, first.group.channels, first.block]);
  return isWhole && trace.constant(node, input) ? 'cut' : 'unlike';
}
