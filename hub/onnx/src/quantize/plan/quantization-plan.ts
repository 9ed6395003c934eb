import { intAttribute } from '../../format/attributes.ts';
import type { Model, Node } from '../../format/messages.ts';
import { sortNodes } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';

export interface QuantizationScope {
  /** Names of nodes that stay in float (the first output's name where a node has none). */
  readonly exclude?: readonly string[];
}

export type KeptReason =
  | 'excluded'
  | 'weights-not-constant'
  | 'weights-not-float32'
  | 'rank-unsupported'
  | 'transposed';

/** A node whose weights and arithmetic become integers. */
export interface QuantizedNode {
  readonly node: Node;
  readonly name: string;
  /** Its activation input. */
  readonly activation: string;
  readonly weight: string;
  /** Axis of the weight matrix that counts the outputs. */
  readonly channelAxis: 0 | 1;
}

/** A node that could be quantized by its operator and is not. */
export interface KeptNode {
  readonly node: Node;
  readonly name: string;
  readonly reason: KeptReason;
}

/** Which nodes of a model are quantized, and why the others of their kind are not. */
export interface QuantizationPlan {
  readonly quantized: readonly QuantizedNode[];
  readonly kept: readonly KeptNode[];
  /** Values whose ranges static quantization needs, each once. */
  readonly activations: readonly string[];
}

const OPERATORS: ReadonlySet<string> = new Set(['Gemm', 'MatMul']);

/** Looks at every Gemm and MatMul of a model. */
export function planQuantization(model: Model, scope: QuantizationScope = {}): QuantizationPlan {
  const types = inferTypes(model);
  const excluded = new Set(scope.exclude);
  const quantized: QuantizedNode[] = [];
  const kept: KeptNode[] = [];
  for (const node of sortNodes(model.graph.node)) {
    if (node.domain || !OPERATORS.has(node.opType ?? '')) continue;
    const name = nodeName(node);
    const reason = excluded.has(name) ? 'excluded' : reasonAgainst(node, types);
    if (reason) kept.push({ node, name, reason });
    else quantized.push(quantizedNode(node));
  }
  return { quantized, kept, activations: [...new Set(quantized.map(({ activation }) => activation))] };
}

/** The name by which a node is excluded and reported. */
export function nodeName(node: Node): string {
  return node.name || node.output[0] || '';
}

function quantizedNode(node: Node): QuantizedNode {
  const [activation = '', weight = ''] = node.input;
  const isTransposed = node.opType === 'Gemm' && intAttribute(node, 'transB', 0) === 1;
  return { node, name: nodeName(node), activation, weight, channelAxis: isTransposed ? 0 : 1 };
}

function reasonAgainst(node: Node, types: InferredTypes): KeptReason | undefined {
  const [activation = '', weight = '', bias = ''] = node.input;
  if (!types.constants.has(weight) || types.constants.has(activation)) return 'weights-not-constant';
  if (types.typeOf(weight).type !== 'float32') return 'weights-not-float32';
  if (types.typeOf(weight).dims?.length !== 2) return 'rank-unsupported';
  if (node.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1) return 'transposed';
  if (bias !== '' && !types.constants.has(bias)) return 'weights-not-constant';
  // A bias of several rows would add a different number to every row of the batch.
  const rows = types.typeOf(bias).dims?.at(-2) ?? 1;
  return rows === 1 ? undefined : 'rank-unsupported';
}
