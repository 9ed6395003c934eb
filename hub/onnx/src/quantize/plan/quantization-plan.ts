import { intAttribute } from '../../format/attributes.ts';
import type { Model, Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { sortNodes } from '../../graph/topology.ts';
import { allNodes, innerGraphs } from '../../inspect/model-graphs.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { fuseBias } from './fuse-bias.ts';
import { type IntegerPlacement, placeIntegers } from './integer-placement.ts';
import { nodeName } from './node-name.ts';
import { type KeptReason, reasonToKeep, WEIGHTED_OPERATORS } from './reason-to-keep.ts';

export interface QuantizationScope {
  /** Names of nodes that stay in float, with weights or without (the first output's name where a node has none). */
  readonly exclude?: readonly string[];
}

/** A node whose weights and arithmetic become integers. */
export interface QuantizedNode {
  readonly node: Node;
  readonly name: string;
  readonly operator: 'Conv' | 'Gemm' | 'MatMul';
  /** Its activation input. */
  readonly activation: string;
  readonly weight: string;
  /** Axis of the weights that counts the outputs; 0 for Conv, [output, input / group, kernel...]. */
  readonly channelAxis: 0 | 1;
}

/** A node with weights that is not quantized. */
export interface KeptNode {
  readonly node: Node;
  readonly name: string;
  readonly operator: string;
  readonly reason: KeptReason;
}

/** A node without weights that works on u8 between quantized ones. */
export interface CarriedNode {
  readonly node: Node;
  readonly name: string;
  readonly operator: string;
}

/** Which nodes of a model are quantized, and why the others of their kind are not. */
export interface QuantizationPlan {
  readonly quantized: readonly QuantizedNode[];
  readonly kept: readonly KeptNode[];
  readonly carried: readonly CarriedNode[];
  /** Values whose ranges static quantization needs, each once; also those it needs with more nodes excluded. */
  readonly activations: readonly string[];
}

/** Looks at every Conv, ConvTranspose, Gemm and MatMul of a model, and at what lies between them. */
export function planQuantization(model: Model, scope: QuantizationScope = {}): QuantizationPlan {
  const types = inferTypes(model);
  const { quantized, kept } = weightedNodes(model, types, scope);
  // Static quantization reads the form with biases inside of products, which has fewer values.
  const { sites, values } = placementOf(fuseBias(model), scope);
  const carried = [...sites.values()]
    .filter(({ kind }) => kind !== 'weighted')
    .map(({ node }) => ({ node, name: nodeName(node), operator: node.opType ?? '' }));
  return { quantized, kept, carried, activations: [...values.keys()] };
}

/** Where the values of a model are u8. */
export function placementOf(model: Model, scope: QuantizationScope): IntegerPlacement {
  const types = inferTypes(model);
  const { quantized } = weightedNodes(model, types, scope);
  return placeIntegers(model.graph, types, new Set(quantized.map(({ node }) => node)), new Set(scope.exclude));
}

/** The nodes with weights, and why some of them stay in float. */
export function weightedNodes(
  { graph }: Model,
  types: InferredTypes,
  { exclude }: QuantizationScope,
): Pick<QuantizationPlan, 'quantized' | 'kept'> {
  const excluded = new Set(exclude);
  const quantized: QuantizedNode[] = [];
  const kept: KeptNode[] = [];
  const keep = (node: Node, reason: KeptReason): void => {
    kept.push({ node, name: nodeName(node), operator: node.opType ?? '', reason });
  };
  for (const node of sortNodes(graph.node)) {
    if (!isWeighted(node)) {
      const inner = allNodes(innerGraphs(node).flatMap(({ node: nodes }) => nodes));
      for (const entry of inner.filter(isWeighted)) keep(entry, 'inside-node');
      continue;
    }
    const reason = excluded.has(nodeName(node)) ? 'excluded' : reasonToKeep(node, types);
    if (reason) keep(node, reason);
    else quantized.push(quantizedNode(node));
  }
  return { quantized, kept };
}

function isWeighted(node: Node): boolean {
  return isStandardDomain(node.domain) && WEIGHTED_OPERATORS.has(node.opType ?? '');
}

function quantizedNode(node: Node): QuantizedNode {
  const [activation = '', weight = ''] = node.input;
  const operator = node.opType as QuantizedNode['operator'];
  const isTransposed = operator === 'Gemm' && intAttribute(node, 'transB', 0) === 1;
  const channelAxis = operator === 'Conv' || isTransposed ? 0 : 1;
  return { node, name: nodeName(node), operator, activation, weight, channelAxis };
}
