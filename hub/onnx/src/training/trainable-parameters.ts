import type { Graph, Model, Node } from '../format/messages.ts';
import { sortNodes } from '../graph/topology.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { elementCount } from '../tensor/tensor.ts';

/** Operators with weights, and the inputs that hold them. */
const WEIGHT_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Gemm', [0, 1, 2]],
  ['MatMul', [0, 1]],
]);
const BIAS_OPERATORS: ReadonlySet<string> = new Set(['Add', 'Mul', 'Sub', 'Div']);

/**
 * The initializers that training changes unless told otherwise, in the order of the graph.
 *
 * These are the float32 weights of Gemm and MatMul, and the constants with more than one entry that are added to or
 * multiplied with what comes from such an operator. Constants in front of the first weights are preprocessing.
 */
export function trainableParameters(model: Model): string[] {
  const { graph } = model;
  const candidates = floatInitializers(graph);
  const learned = new Set<string>();
  const trainable = new Set<string>();
  for (const node of sortNodes(graph.node)) {
    const isLearned = node.input.some((value) => learned.has(value));
    const weights = weightsOf(node, isLearned).filter((value) => candidates.has(value));
    for (const weight of weights) {
      if (WEIGHT_INPUTS.has(node.opType ?? '') || (candidates.get(weight) ?? 0) > 1) trainable.add(weight);
    }
    if (isLearned || weights.length > 0) for (const value of node.output) learned.add(value);
  }
  return [...candidates.keys()].filter((name) => trainable.has(name));
}

function weightsOf(node: Node, isLearned: boolean): string[] {
  if (node.domain) return [];
  const positions = WEIGHT_INPUTS.get(node.opType ?? '');
  if (positions) return positions.flatMap((position) => node.input[position] ?? []);
  return isLearned && BIAS_OPERATORS.has(node.opType ?? '') ? node.input : [];
}

function floatInitializers(graph: Graph): Map<string, number> {
  const floats = graph.initializer.filter(({ dataType }) => dataType === DATA_TYPE.float32);
  return new Map(floats.map(({ name, dims }) => [name ?? '', elementCount(dims.map((dim) => dim.toNumber()))]));
}
