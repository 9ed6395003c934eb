import { intAttribute } from '../format/attributes.ts';
import { type Model, type Node, type TensorProto, withGraph } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { pruneModel } from '../graph/prune.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { sharedTensor } from '../tensor/decode-tensor.ts';
import { elementCount } from '../tensor/tensor.ts';
import type { DeferredWeight, WeightPart } from './training-graph.ts';

/** Entries of a part from which it is an input of its own: 4 MB. */
const LARGE_PART = 2 ** 20;

/**
 * Makes inputs of the large parts of weights that the graph takes out of them, such as those of each direction of a
 * recurrent layer: ONNX Runtime has no view of a part of a tensor, and would copy them in every run.
 */
export function partsAsInputs(
  model: Model,
  weights: readonly DeferredWeight[],
): { readonly model: Model; readonly weights: readonly DeferredWeight[] } {
  const { graph } = model;
  const constants = new Map(graph.initializer.map((proto) => [proto.name ?? '', proto]));
  const outputs = new Set(graph.output.map(({ name }) => name ?? ''));
  const nodes = graph.node.filter(({ output }) => !outputs.has(output[0] ?? ''));
  const cut = weights.map((weight) => ({ ...weight, parts: nodes.flatMap((node) => partOf(node, weight, constants)) }));
  const parts = cut.flatMap((weight) => weight.parts);
  if (parts.length === 0) return { model, weights };
  const given = new Set(parts.map(({ input }) => input));
  // The input has the name of what the node wrote, so that nothing that reads it changes.
  const node = graph.node.filter(({ output }) => !given.has(output[0] ?? ''));
  const input = [...graph.input, ...parts.map(({ input: name, dims }) => toValueInfo(name, { type: 'float32', dims }))];
  const kept = new Set(input.map(({ name }) => name ?? ''));
  return { model: pruneModel(withGraph(model, { node, input }), kept), weights: cut };
}

/** What a Gather with a constant takes out of the weight along its first axis. */
function partOf(
  node: Node,
  weight: Pick<DeferredWeight, 'input' | 'dims'>,
  constants: ReadonlyMap<string, TensorProto>,
): WeightPart[] {
  const [table, place = ''] = node.input;
  const isGather = node.opType === 'Gather' && isStandardDomain(node.domain);
  if (!isGather || table !== weight.input || intAttribute(node, 'axis', 0) !== 0) return [];
  const [count = 0, ...dims] = weight.dims;
  const size = elementCount(dims);
  const index = indexOf(constants.get(place));
  if (size < LARGE_PART || index === undefined || index < 0 || index >= count) return [];
  return [{ input: node.output[0] ?? '', dims, from: index * size, to: (index + 1) * size }];
}

/** A whole number without dimensions. */
function indexOf(constant: TensorProto | undefined): number | undefined {
  if (constant?.dims.length !== 0) return undefined;
  return Number(sharedTensor(constant).data[0]);
}
