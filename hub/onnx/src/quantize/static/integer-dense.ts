import { type Node, withFields } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import { minScalesForBias, quantizeBias, quantizeWeights } from '../weights/quantized-weights.ts';
import type { DenseConstants } from './dense-constants.ts';
import type { QuantizedActivation } from './quantized-activations.ts';

export interface IntegerDenseParts {
  readonly activation: QuantizedActivation;
  readonly constants: DenseConstants;
  readonly reduceRange: boolean;
}

/** Adds a Gemm or MatMul that reads an s8 weight and an int32 bias through DequantizeLinear. */
export function addIntegerDense(graph: GraphBuilder, entry: QuantizedNode, parts: IntegerDenseParts): void {
  const { activation, reduceRange } = parts;
  const { weight, bias } = parts.constants;
  const minScales = bias && minScalesForBias(bias, activation.scale);
  const options = { channelAxis: entry.channelAxis, reduceRange, ...(minScales ? { minScales } : {}) };
  const { values, scales } = quantizeWeights(weight, options);
  const dequantize = (quantized: string, inputs: readonly string[], axis: number): string =>
    graph.node('DequantizeLinear', [quantized, ...inputs], { axis }, { name: `${quantized}_dequantize` });
  const prefix = entry.weight;
  const matrix = dequantize(
    graph.constant(tensor('int8', weight.dims, values), `${prefix}_quantized`),
    [
      graph.constant(float32(scales), `${prefix}_scale`),
      graph.constant(tensor('int8', [scales.length], new Int8Array(scales.length)), `${prefix}_zero_point`),
    ],
    entry.channelAxis,
  );
  const inputs = [activation.value, matrix];
  if (bias) {
    const quantized = tensor('int32', [bias.length], quantizeBias(bias, activation.scale, scales));
    const biasName = entry.node.input[2] ?? '';
    const biasScales = graph.constant(float32(scales.map((scale) => scale * activation.scale)), `${biasName}_scale`);
    inputs.push(dequantize(graph.constant(quantized, `${biasName}_quantized`), [biasScales], 0));
  }
  graph.keep(withFields(withoutFactors(entry.node), { input: inputs }));
}

// alpha and beta are already in the constants.
function withoutFactors(node: Node): Node {
  return withFields(node, { attribute: node.attribute.filter(({ name }) => name !== 'alpha' && name !== 'beta') });
}
