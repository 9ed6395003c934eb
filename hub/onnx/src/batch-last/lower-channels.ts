import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { positiveAxis } from '../shape/shape-rule.ts';
import { int64 } from '../tensor/tensor.ts';
import type { BatchLastGraph } from './batch-last-graph.ts';

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
export function lowerConcat(graph: BatchLastGraph, node: Node): boolean {
  const values = node.input.map((value) => graph.known(value));
  const [first] = values;
  if (!first || !values.every((value) => `${value?.sizes}` === `${first.sizes}`)) return false;
  if (positiveAxis(intAttribute(node, 'axis', 0), first.sizes.length + 2) !== 1) return false;
  const names = values.map((value) => value?.name);
  const name = graph.visible.op('Concat', names, { axis: 0 });
  const channels = values.reduce((sum, value) => sum + (value?.channels ?? 0), 0);
  graph.set(node.output[0] ?? '', { ...first, name, channels });
  return true;
}
