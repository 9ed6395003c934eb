import type { Model } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { pruneModel } from '../../graph/prune.ts';
import { sortNodes } from '../../graph/topology.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { inferTypes } from '../../shape/infer-types.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { float32, type TensorOf, tensor } from '../../tensor/tensor.ts';
import { planQuantization, type QuantizationScope, type QuantizedNode } from '../plan/quantization-plan.ts';
import { type DenseConstants, denseConstants } from '../static/dense-constants.ts';
import { quantizeWeights } from '../weights/quantized-weights.ts';

export interface DynamicQuantizationOptions extends QuantizationScope {
  /** 7-bit weights, for processors without VNNI or a dot-product instruction. @default false */
  readonly reduceRange?: boolean;
}

/** Names of what DynamicQuantizeLinear gives for one activation. */
interface DynamicActivation {
  readonly quantized: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/**
 * The model with every Gemm and MatMul in integers, activations quantized by the range that each run has.
 *
 * Needs no calibration; costs a pass over the activations per run. Models of an operator set before 13 are upgraded.
 *
 * @throws ModelError OPSET_UNSUPPORTED where they cannot be
 */
export function dynamicQuantize(given: Model, options: DynamicQuantizationOptions = {}): Model {
  const model = upgradeOpset(given, OLDEST_SUPPORTED_OPSET);
  const plan = planQuantization(model, options);
  const types = inferTypes(model);
  const graph = GraphBuilder.rewrite(model);
  const products = plan.quantized.filter(({ operator }) => operator !== 'Conv');
  const planned = new Map(products.map((entry) => [entry.node, entry]));
  const activations = new Map<string, DynamicActivation>();
  for (const node of sortNodes(model.graph.node)) {
    const entry = planned.get(node);
    if (!entry) {
      graph.keep(node);
      continue;
    }
    const activation = activations.get(entry.activation) ?? addActivation(graph, entry.activation);
    activations.set(entry.activation, activation);
    addDense(graph, entry, activation, denseConstants(entry, types), options.reduceRange ?? false);
  }
  return pruneModel(graph.build(), new Set(model.graph.input.map(({ name }) => name ?? '')));
}

function addActivation(graph: GraphBuilder, value: string): DynamicActivation {
  const [quantized = '', scale = '', zeroPoint = ''] = graph.nodeWithOutputs(3, 'DynamicQuantizeLinear', [value]);
  return { quantized, scale, zeroPoint };
}

// Y = (Xq - zero) Wq * (scale of X * scale of each column) + bias; ONNX Runtime fuses these nodes into one.
function addDense(
  graph: GraphBuilder,
  { node, weight: weightName, channelAxis }: QuantizedNode,
  activation: DynamicActivation,
  { weight, bias }: DenseConstants,
  reduceRange: boolean,
): void {
  const columns = channelAxis === 0 ? transposed(weight) : weight;
  const { values, scales } = quantizeWeights(columns, { channelAxis: 1, reduceRange });
  const matrix = graph.constant(tensor('int8', columns.dims, values), `${weightName}_quantized`);
  const columnScales = graph.constant(float32(scales), `${weightName}_scale`);
  const product = graph.node('MatMulInteger', [activation.quantized, matrix, activation.zeroPoint]);
  const sums = graph.node('Cast', [product], { to: DATA_TYPE.float32 });
  const scale = graph.node('Mul', [activation.scale, columnScales]);
  const [output = ''] = node.output;
  if (!bias) {
    graph.replace(output, 'Mul', [sums, scale]);
    return;
  }
  const scaled = graph.node('Mul', [sums, scale]);
  graph.replace(output, 'Add', [scaled, graph.constant(float32(bias), `${weightName}_bias`)]);
}

function transposed({ dims, data }: TensorOf<'float32'>): TensorOf<'float32'> {
  const [rows = 0, columns = 0] = dims;
  const turned = new Float32Array(data.length);
  for (const [at, value] of data.entries()) turned[(at % columns) * rows + Math.floor(at / columns)] = value;
  return tensor('float32', [columns, rows], turned);
}
