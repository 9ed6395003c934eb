import { intAttribute } from '../../format/attributes.ts';
import { type Node, withFields } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import { correctedBias } from '../weights/corrected-bias.ts';
import {
  minScalesForBias,
  type QuantizedWeights,
  quantizeBias,
  quantizeWeights,
} from '../weights/quantized-weights.ts';
import type { DenseConstants } from './dense-constants.ts';
import type { PreviousScales } from './previous-scales.ts';
import type { QuantizedActivation } from './quantized-values.ts';
import type { StoredWeights } from './stored-weights.ts';

export interface IntegerProductParts {
  readonly activation: QuantizedActivation;
  readonly constants: DenseConstants;
  readonly reduceRange: boolean;
  readonly previous: PreviousScales;
  readonly stored: StoredWeights;
  /** Mean of the activation in each input channel; `undefined` leaves the bias as it is. */
  readonly means: Float32Array | undefined;
  /** What the node writes. */
  readonly output: string;
}

/** Adds a Conv, Gemm or MatMul that reads s8 weights and an int32 bias through DequantizeLinear. */
export function addIntegerProduct(graph: GraphBuilder, entry: QuantizedNode, parts: IntegerProductParts): void {
  const { activation, reduceRange, previous, output } = parts;
  const { weight } = parts.constants;
  const bias = parts.constants.bias ?? emptyBias(entry, parts);
  const minScales = bias && minScalesForBias(bias, activation.scale);
  const previousScales = previous.ofWeights(entry.weight, weight.dims[entry.channelAxis] ?? 0);
  const quantized = quantizeWeights(weight, {
    channelAxis: entry.channelAxis,
    reduceRange,
    ...(minScales ? { minScales } : {}),
    ...(previousScales ? { previousScales } : {}),
  });
  const weights = parts.stored.inputsOf(entry, weight.dims, quantized);
  // One DequantizeLinear for each node: ONNX Runtime fuses none that several read.
  const name = `${entry.weight}_quantized_dequantize`;
  const input = [activation.value, graph.node('DequantizeLinear', weights, { axis: entry.channelAxis }, { name })];
  if (bias)
    input.push(biasNode(graph, entry, correctedFor(entry, parts, bias, quantized), activation.scale, quantized));
  graph.keep(withFields(withoutFactors(entry.node), { input, output: [output] }));
}

/** Zeros where only the correction of the bias needs one; a MatMul has no place for it. */
function emptyBias({ operator, channelAxis }: QuantizedNode, parts: IntegerProductParts): Float32Array | undefined {
  if (!parts.means || operator === 'MatMul') return undefined;
  return new Float32Array(parts.constants.weight.dims[channelAxis] ?? 0);
}

function correctedFor(
  entry: QuantizedNode,
  { means, constants: { weight } }: IntegerProductParts,
  bias: Float32Array,
  quantized: QuantizedWeights,
): Float32Array {
  const groups = entry.operator === 'Conv' ? intAttribute(entry.node, 'group', 1) : 1;
  const axes = { output: entry.channelAxis, input: 1 - entry.channelAxis };
  const isFitting = means?.length === groups * (weight.dims[axes.input] ?? 0);
  return means && isFitting ? correctedBias(bias, { weights: weight, quantized, axes, groups, means }) : bias;
}

function biasNode(
  graph: GraphBuilder,
  { node, weight }: QuantizedNode,
  bias: Float32Array,
  activationScale: number,
  { scales }: QuantizedWeights,
): string {
  const name = node.input[2] || `${weight}_bias`;
  const integers = tensor('int32', [bias.length], quantizeBias(bias, activationScale, scales));
  const inputs = [
    graph.constant(integers, `${name}_quantized`),
    graph.constant(float32(scales.map((scale) => scale * activationScale)), `${name}_scale`),
  ];
  return graph.node('DequantizeLinear', inputs, { axis: 0 }, { name: `${name}_quantized_dequantize` });
}

// alpha and beta are already in the constants.
function withoutFactors(node: Node): Node {
  return withFields(node, { attribute: node.attribute.filter(({ name }) => name !== 'alpha' && name !== 'beta') });
}
