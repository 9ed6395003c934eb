import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import { int64 } from '../tensor/tensor.ts';
import type { BatchLastGraph, BatchLastValue } from './batch-last-graph.ts';

/** Operators that treat every entry of their first input alike; further inputs must be scalars. */
const UNARY: ReadonlySet<string> = new Set([
  ...['Abs', 'Celu', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Gelu', 'HardSigmoid', 'HardSwish', 'Identity'],
  ...[
    'LeakyRelu',
    'Log',
    'Mish',
    'Neg',
    'Reciprocal',
    'Relu',
    'Selu',
    'Sigmoid',
    'Softplus',
    'Softsign',
    'Sqrt',
    'Tanh',
  ],
]);
/** Operators that combine entries at the same place, with broadcasting. */
const COMBINING: ReadonlySet<string> = new Set(['Add', 'Div', 'Max', 'Mean', 'Min', 'Mul', 'Sub', 'Sum']);

/** Lets a node work on values that have the batch last; returns whether it treats all entries or channels alike. */
export function lowerEntrywise(graph: BatchLastGraph, node: Node): boolean {
  const operator = node.opType ?? '';
  const values = node.input.map((value) => graph.known(value));
  const model = values.find((value) => value !== undefined);
  if (!model || node.output.filter((output) => output !== '').length !== 1) return false;
  const isUnary = UNARY.has(operator) && values[0] !== undefined;
  if (!isUnary && !COMBINING.has(operator)) return false;
  const inputs = node.input.map((value, at) => inputFor(graph, value, values[at], model, isUnary));
  if (inputs.some((input) => input === undefined)) return false;
  const [output = ''] = node.output;
  const name = graph.fresh(`${output}_batch_last`);
  graph.keep(node, { input: inputs.map((input) => input ?? ''), output: [name] });
  graph.set(output, { ...model, name });
  return true;
}

function inputFor(
  graph: BatchLastGraph,
  value: string,
  known: BatchLastValue | undefined,
  model: BatchLastValue,
  isUnary: boolean,
): string | undefined {
  if (value === '') return '';
  if (known) return known.channels === model.channels && `${known.sizes}` === `${model.sizes}` ? known.name : undefined;
  const { dims } = graph.types.typeOf(value);
  if (!dims) return undefined;
  if (dims.every((dim) => dim === 1) && dims.length <= 2) return value;
  return isUnary ? undefined : perChannel(graph, value, dims, model);
}

/** A value per channel, [1, channel, 1, 1] or with fewer ones in front, as [channel, 1]. */
function perChannel(
  graph: BatchLastGraph,
  value: string,
  dims: readonly Dim[],
  { channels, sizes }: BatchLastValue,
): string | undefined {
  const aligned = [...Array.from({ length: sizes.length + 2 - dims.length }, () => 1), ...dims];
  if (aligned.length !== sizes.length + 2 || !aligned.every((dim, axis) => dim === (axis === 1 ? channels : 1))) {
    return undefined;
  }
  return graph.visible.op('Reshape', [value, graph.visible.constant(int64([channels, 1]))]);
}

/** Lets BatchNormalization work on a value that has the batch last, as one row [1, channel, position * batch]. */
export function lowerBatchNormalization(graph: BatchLastGraph, node: Node): boolean {
  const [value = '', ...parameters] = node.input;
  const input = graph.known(value);
  if (!input) return false;
  const [output = '', ...statistics] = node.output;
  const emit = graph.visible;
  const row = emit.op('Reshape', [input.name, emit.constant(int64([1, input.channels, -1]))]);
  const normalized = graph.fresh(`${output}_row`);
  graph.keep(node, { input: [row, ...parameters], output: [normalized, ...statistics] });
  const name = emit.op('Reshape', [normalized, emit.constant(int64([input.channels, -1]))]);
  graph.set(output, { ...input, name });
  return true;
}

/** Lets Concat along the channels work on values that have the batch last. */
export function lowerConcat(graph: BatchLastGraph, node: Node, axis: number): boolean {
  const values = node.input.map((value) => graph.known(value));
  const [first] = values;
  if (!first || axis !== 1 || !values.every((value) => `${value?.sizes}` === `${first.sizes}`)) return false;
  const name = graph.visible.op(
    'Concat',
    values.map((value) => value?.name),
    { axis: 0 },
  );
  const channels = values.reduce((sum, value) => sum + (value?.channels ?? 0), 0);
  graph.set(node.output[0] ?? '', { ...first, name, channels });
  return true;
}
