import type { Node } from '../format/messages.ts';
import type { BatchLastGraph } from './batch-last-graph.ts';

/** Operators that treat every entry of their first input alike; further inputs, such as scales, must be scalars. */
const UNARY: ReadonlySet<string> = new Set([
  ...['Abs', 'Celu', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Gelu', 'HardSigmoid', 'HardSwish', 'Identity'],
  ...['LeakyRelu', 'Log', 'Mish', 'Neg', 'Reciprocal', 'Relu', 'Selu', 'Sigmoid', 'Softplus', 'Softsign'],
  ...['Sqrt', 'Tanh'],
  ...['QuantizeLinear', 'DequantizeLinear'],
]);

/** Lets an operator that treats all entries alike work on a value with the batch last; returns whether it is one. */
export function lowerUnary(graph: BatchLastGraph, node: Node): boolean {
  const [x = '', ...parameters] = node.input;
  const input = graph.known(x);
  const [output = '', ...others] = node.output;
  if (!input || !UNARY.has(node.opType ?? '') || others.some((other) => other !== '')) return false;
  if (!parameters.every((value) => value === '' || isScalar(graph, value))) return false;
  const name = graph.fresh(`${output}_batch_last`);
  graph.keep(node, { input: [input.name, ...parameters], output: [name] });
  graph.set(output, { ...input, name });
  return true;
}

/** Whether a value has one entry and so few dimensions that it adds none to [channel, position * batch]. */
export function isScalar(graph: BatchLastGraph, value: string): boolean {
  // One with the batch last may not be there under its own name.
  if (graph.known(value)) return false;
  const { dims } = graph.types.typeOf(value);
  return dims !== undefined && dims.length <= 2 && dims.every((dim) => dim === 1);
}
