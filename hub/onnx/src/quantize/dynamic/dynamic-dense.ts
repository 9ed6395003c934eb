import { floatAttribute } from '../../format/attributes.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { float32 } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import { denseConstants } from '../static/dense-constants.ts';
import type { PreviousScales } from '../static/previous-scales.ts';
import type { DynamicActivations } from './dynamic-activations.ts';
import type { StoredMatrices } from './stored-matrices.ts';
import { transposed } from './transposed.ts';

/** What the layers of one graph share while it is rewritten. */
export interface DynamicScope {
  readonly graph: GraphBuilder;
  readonly types: InferredTypes;
  readonly activations: DynamicActivations;
  readonly matrices: StoredMatrices;
  readonly reduceRange: boolean;
  readonly previous: PreviousScales;
}

/**
 * Adds a Gemm or MatMul as Y = (Xq - zero) Wq * (scale of X * scale of each column) + bias: the nodes of which ONNX
 * Runtime makes one.
 */
export function addDynamicDense({ graph, types, activations, matrices }: DynamicScope, entry: QuantizedNode): void {
  const { weight, bias } = denseConstants(entry, types);
  const isTurned = entry.channelAxis === 0;
  const variant = `${floatAttribute(entry.node, 'alpha', 1)}:${isTurned}`;
  const { values, scales } = matrices.of(entry.weight, variant, () => (isTurned ? transposed(weight) : weight));
  const activation = activations.of(entry.activation);
  const product = graph.node('MatMulInteger', [activation.quantized, values, activation.zeroPoint]);
  const sums = graph.node('Cast', [product], { to: DATA_TYPE.float32 });
  const scale = graph.node('Mul', [activation.scale, scales]);
  if (!bias) {
    graph.standIn(entry.node, 'Mul', [sums, scale]);
    return;
  }
  const scaled = graph.node('Mul', [sums, scale]);
  graph.standIn(entry.node, 'Add', [scaled, graph.constant(float32(bias), `${entry.weight}_bias`)]);
}
