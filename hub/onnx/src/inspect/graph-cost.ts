import { intAttribute, intsAttribute } from '../format/attributes.ts';
import type { Graph, Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { ML_DOMAIN } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { einsumProducts } from './einsum-products.ts';
import { innerGraphs } from './model-graphs.ts';
import { operatorOf } from './node-counts.ts';

type Dims = readonly Dim[] | undefined;
type Cost = (node: Node, dims: (value: string | undefined) => Dims) => number | undefined;

/** Operators that cost too much to be left out, and that have no formula here. */
const HEAVY: ReadonlySet<string> = new Set(['SequenceMap', 'DFT', 'STFT', 'Det']);

/** Cost of a graph, as far as it can be told. */
export interface GraphCost {
  /** Multiplications with addition of one run. */
  readonly multiplyAdds: number;
  /** Operators whose cost is not in the sum, by name. */
  readonly unestimated: readonly string[];
}

/**
 * Multiplications with addition of one run of a graph; sizes that are symbols or unknown count as 1.
 *
 * Of an If the more costly branch counts, of a Loop every pass where their number is known and one where it is not.
 */
export function graphCost(graph: Graph, types: InferredTypes | undefined): GraphCost {
  const costs = graph.node.map((node) => (types ? nodeCost(node, types) : unknownCost(node)));
  return {
    multiplyAdds: costs.reduce((sum, cost) => sum + cost.multiplyAdds, 0),
    unestimated: namesOf(costs),
  };
}

function unknownCost(node: Node): GraphCost {
  return { multiplyAdds: 0, unestimated: [operatorOf(node)] };
}

function namesOf(costs: readonly GraphCost[]): string[] {
  return [...new Set(costs.flatMap(({ unestimated }) => unestimated))].sort();
}

function nodeCost(node: Node, types: InferredTypes): GraphCost {
  const own = ownCost(node, types);
  const inner = innerGraphs(node).map((graph) => graphCost(graph, types.within(graph)));
  const largest = Math.max(0, ...inner.map(({ multiplyAdds }) => multiplyAdds));
  const unestimated = own === undefined ? [operatorOf(node)] : namesOf(inner);
  return { multiplyAdds: (own ?? 0) + largest * passesOf(node, types), unestimated };
}

/**
 * Cost of a node without the graphs inside of it: 0 for operators that do no products, as the trees and tables of the
 * domain ai.onnx.ml, and `undefined` where it cannot be told.
 */
function ownCost(node: Node, types: InferredTypes): number | undefined {
  if (!isStandardDomain(node.domain)) return node.domain === ML_DOMAIN ? 0 : undefined;
  const operator = node.opType ?? '';
  const cost = Object.hasOwn(COSTS, operator) ? COSTS[operator] : undefined;
  if (cost) return cost(node, (value) => types.typeOf(value ?? '').dims);
  return HEAVY.has(operator) ? undefined : 0;
}

function passesOf(node: Node, types: InferredTypes): number {
  if (node.opType === 'Loop') return Number(types.valueOf(node.input[0] ?? '')?.data[0] ?? 1);
  if (node.opType !== 'Scan') return 1;
  const scanned = node.input.at(-intAttribute(node, 'num_scan_inputs', 1)) ?? '';
  const [axis = 0] = intsAttribute(node, 'scan_input_axes') ?? [];
  const { dims } = types.typeOf(scanned);
  return volume(dims && [dims.at(axis)]) ?? 1;
}

function volume(dims: Dims): number | undefined {
  return dims?.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
}

function times(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left * right;
}

function plus(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left + right;
}

/** Every entry of the product takes as many products as the left matrix has columns. */
function matrixCost(node: Node, product: Dims, left: Dims): number | undefined {
  const inner = node.opType === 'Gemm' ? left?.[1 - intAttribute(node, 'transA', 0)] : left?.at(-1);
  return times(volume(product), left && volume([inner]));
}

/** Weights [out, in / group, kernel...]: each entry of the output takes one filter's worth of products. */
function convolution(weights: number): Cost {
  return ({ input, output }, dims) => times(volume(dims(output[0])), volume(dims(input[weights])?.slice(1)));
}

/** Weights [in, out / group, kernel...]: each entry of the input is spread over one filter. */
const transposed: Cost = ({ input }, dims) => times(volume(dims(input[0])), volume(dims(input[1])?.slice(1)));

/** X [length, batch, in], W [direction, gates, in], R [direction, gates, units]: both matrices at each step. */
const recurrent: Cost = ({ input }, dims) =>
  times(volume(dims(input[0])?.slice(0, 2)), plus(volume(dims(input[1])), volume(dims(input[2]))));

/** Scores of every query with every key, and as many products again with the values. */
const attention: Cost = ({ input, output }, dims) => {
  const keys = dims(output[1]) ?? dims(input[1]);
  return times(plus(volume(dims(input[0])), volume(dims(output[0]))), keys && volume([keys.at(-2)]));
};

const matrix: Cost = (node, dims) => matrixCost(node, dims(node.output[0]), dims(node.input[0]));

const COSTS: Readonly<Record<string, Cost>> = {
  Gemm: matrix,
  MatMul: matrix,
  MatMulInteger: matrix,
  QLinearMatMul: matrix,
  Conv: convolution(1),
  ConvInteger: convolution(1),
  DeformConv: convolution(1),
  QLinearConv: convolution(3),
  ConvTranspose: transposed,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Attention: attention,
  Einsum: (node, dims) => einsumProducts(node, node.input.map(dims)),
};
