import { withFields } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { int64, scalar, tensor } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import type { IntegerProductParts } from '../static/integer-product.ts';
import { MIN_SCALE, weightLimit } from '../weights/quantized-weights.ts';

/** First operator set in which ReduceMax has its axes as an input. */
const AXES_AS_INPUT_OPSET = 18;

/** Adds a Conv, Gemm or MatMul that reads float weights rounded to what s8 weights will stand for. */
export function addFakeProduct(graph: GraphBuilder, entry: QuantizedNode, parts: IntegerProductParts): void {
  const { activation, output, reduceRange } = parts;
  const { node, weight, channelAxis } = entry;
  const { dims } = parts.constants.weight;
  const channels = dims[channelAxis] ?? 0;
  const limit = graph.constant(scalar(weightLimit(reduceRange)), `${weight}_limit`);
  const largest = largestPerChannel(graph, weight, dims, channelAxis);
  const scale = graph.node('Max', [graph.node('Div', [largest, limit]), graph.constant(scalar(MIN_SCALE))]);
  const zeroPoint = graph.constant(tensor('int8', [channels], new Int8Array(channels)), `${weight}_zero_point`);
  const parameters = [scale, zeroPoint];
  const names = { name: `${weight}_quantize` };
  const quantized = graph.node('QuantizeLinear', [weight, ...parameters], { axis: channelAxis }, names);
  const rounded = graph.node('DequantizeLinear', [quantized, ...parameters], { axis: channelAxis });
  // Factors of a Gemm stay: they scale weights and their integers' scales alike.
  graph.keep(withFields(node, { input: [activation.value, rounded, ...node.input.slice(2)], output: [output] }));
}

/** [channel], largest magnitude of its weights. */
function largestPerChannel(graph: GraphBuilder, weight: string, dims: readonly number[], channelAxis: number): string {
  const others = [...dims.keys()].filter((axis) => axis !== channelAxis);
  const magnitudes = graph.node('Abs', [weight]);
  if ((graph.opset() ?? 0) < AXES_AS_INPUT_OPSET) {
    return graph.node('ReduceMax', [magnitudes], { axes: others, keepdims: 0 });
  }
  return graph.node('ReduceMax', [magnitudes, graph.constant(int64(others))], { keepdims: 0 });
}
