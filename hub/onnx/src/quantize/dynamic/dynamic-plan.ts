import { intAttribute } from '../../format/attributes.ts';
import type { Model, Node } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { sortNodes } from '../../graph/topology.ts';
import { allNodes, innerGraphs } from '../../inspect/model-graphs.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { nodeName } from '../plan/node-name.ts';
import { type KeptNode, type QuantizationScope, type QuantizedNode, weightedNodes } from '../plan/quantization-plan.ts';
import type { KeptReason } from '../plan/reason-to-keep.ts';

/**
 * Why a node stays in float, beside what every plan may say.
 *
 * - `needs-ranges`: a convolution, whose integers pay only with ranges from calibration
 * - `peepholes`, `batch-first`: an LSTM of a form without an integer kernel
 * - `attention-form`: an attention with masks, biases or sizes that the integer kernel does not take
 */
export type DynamicKeptReason = KeptReason | 'needs-ranges' | 'peepholes' | 'batch-first' | 'attention-form';

/** A node that stays in float. */
export interface DynamicKeptNode extends Omit<KeptNode, 'reason'> {
  readonly reason: DynamicKeptReason;
}

/** A node that is quantized; `dense` of a Gemm or MatMul. */
export interface DynamicNode {
  readonly node: Node;
  readonly name: string;
  readonly operator: 'Gemm' | 'MatMul' | 'LSTM' | 'Attention';
  readonly dense: QuantizedNode | undefined;
}

/** Which nodes work in integers on activations whose ranges each run finds, and why others with weights do not. */
export interface DynamicPlan {
  readonly quantized: readonly DynamicNode[];
  readonly kept: readonly DynamicKeptNode[];
}

/** Reasons that hold for convolutions with ranges: without them none is quantized. */
const STATIC_REASONS: ReadonlySet<string> = new Set(['few-inputs', 'narrow-groups']);
/** Recurrent layers of which ONNX Runtime has no integer kernel. */
const FLOAT_LAYERS: ReadonlySet<string> = new Set(['GRU', 'RNN']);
/** Attributes of com.microsoft.Attention that QAttention does not have. */
const ATTENTION_LIMITS: readonly string[] = ['qkv_hidden_sizes', 'scale', 'do_rotary', 'past_present_share_buffer'];

/** Looks at every Gemm, MatMul, convolution, recurrent layer and attention of a model of operator set 13 or newer. */
export function planDynamicQuantization(model: Model, scope: QuantizationScope = {}): DynamicPlan {
  return dynamicPlan(model, inferTypes(model), scope);
}

/** @package */
export function dynamicPlan(model: Model, types: InferredTypes, scope: QuantizationScope): DynamicPlan {
  const { quantized, kept } = weightedNodes(model, types, scope);
  const isConvolution = ({ operator }: QuantizedNode): boolean => operator === 'Conv';
  const layers = layerPlan(model, types, new Set(scope.exclude));
  return {
    quantized: [
      ...quantized
        .filter((entry) => !isConvolution(entry))
        .map((dense) => ({ node: dense.node, name: dense.name, operator: denseOperator(dense), dense })),
      ...layers.quantized,
    ],
    kept: [
      ...kept.map((entry) => (STATIC_REASONS.has(entry.reason) ? keptNode(entry.node, 'needs-ranges') : entry)),
      ...quantized.filter(isConvolution).map(({ node }) => keptNode(node, 'needs-ranges')),
      ...layers.kept,
    ],
  };
}

function denseOperator({ operator }: QuantizedNode): 'Gemm' | 'MatMul' {
  return operator === 'Gemm' ? 'Gemm' : 'MatMul';
}

function layerPlan({ graph }: Model, types: InferredTypes, excluded: ReadonlySet<string>): DynamicPlan {
  const quantized: DynamicNode[] = [];
  const kept: DynamicKeptNode[] = [];
  for (const node of sortNodes(graph.node)) {
    const inner = allNodes(innerGraphs(node).flatMap((body) => body.node));
    for (const entry of inner) if (layerOperator(entry)) kept.push(keptNode(entry, 'inside-node'));
    const operator = layerOperator(node);
    if (!operator) continue;
    const reason = excluded.has(nodeName(node)) ? 'excluded' : reasonOf(node, operator, types);
    if (reason) kept.push(keptNode(node, reason));
    else if (operator !== 'float') quantized.push({ node, name: nodeName(node), operator, dense: undefined });
  }
  return { quantized, kept };
}

function layerOperator({ opType, domain }: Node): 'LSTM' | 'Attention' | 'float' | undefined {
  if (domain === 'com.microsoft') return opType === 'Attention' ? 'Attention' : undefined;
  if (!isStandardDomain(domain)) return undefined;
  if (opType === 'LSTM') return 'LSTM';
  return FLOAT_LAYERS.has(opType ?? '') ? 'float' : undefined;
}

function keptNode(node: Node, reason: DynamicKeptReason): DynamicKeptNode {
  return { node, name: nodeName(node), operator: node.opType ?? '', reason };
}

function reasonOf(
  node: Node,
  operator: 'LSTM' | 'Attention' | 'float',
  types: InferredTypes,
): DynamicKeptReason | undefined {
  if (operator === 'float') return 'no-integer-kernel';
  const weights = operator === 'LSTM' ? node.input.slice(1, 3) : node.input.slice(1, 2);
  if (weights.some((name) => !types.constants.has(name))) return 'weights-not-constant';
  if (weights.some((name) => types.typeOf(name).type !== 'float32')) return 'weights-not-float32';
  return operator === 'LSTM' ? reasonOfLstm(node) : reasonOfAttention(node, types);
}

// ONNX LSTM-14: X, W, R, B, sequence_lens, initial_h, initial_c, P
function reasonOfLstm(node: Node): DynamicKeptReason | undefined {
  if (node.input[7]) return 'peepholes';
  return intAttribute(node, 'layout', 0) === 1 ? 'batch-first' : undefined;
}

// com.microsoft.Attention-1: input, weights, bias, mask_index, past, attention_bias, past_sequence_length
function reasonOfAttention(node: Node, types: InferredTypes): DynamicKeptReason | undefined {
  const isLimited = node.attribute.some(({ name }) => ATTENTION_LIMITS.includes(name ?? ''));
  const bias = node.input[2] ?? '';
  const isPlain =
    !isLimited && !node.input[5] && !node.input[6] && types.typeOf(node.input[1] ?? '').dims?.length === 2;
  return isPlain && (bias === '' || types.typeOf(bias).type === 'float32') ? undefined : 'attention-form';
}
