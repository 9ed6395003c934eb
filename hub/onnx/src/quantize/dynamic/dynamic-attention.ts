import type { Node } from '../../format/messages.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import { floatConstant } from '../plan/float-constant.ts';
import type { DynamicScope } from './dynamic-dense.ts';

/**
 * Adds an attention whose projections of queries, keys and values multiply integers; scores and mixing stay float.
 *
 * @see ONNX Runtime contrib operators Attention (input, weights, bias, mask, past) and QAttention (input, weights, bias,
 * scales of input and weights, mask, zero points of input and weights, past)
 */
export function addDynamicAttention(scope: DynamicScope, node: Node): void {
  const { graph, activations, matrices } = scope;
  const [input = '', weights = '', bias, mask, past] = node.input;
  const matrix = floatConstant(weights, scope.types);
  const { values, scales } = matrices.of(weights, 'attention', () => matrix);
  const activation = activations.of(input);
  // QAttention has no form without a bias.
  const added = bias || graph.constant(float32(new Float32Array(matrix.dims[1] ?? 0)), `${weights}_bias`);
  const zero = graph.constant(tensor('int8', [], new Int8Array(1)), `${weights}_zero_point`);
  const inputs = [
    activation.quantized,
    values,
    added,
    activation.scale,
    scales,
    mask,
    activation.zeroPoint,
    zero,
    past,
  ];
  graph.standIn(node, 'QAttention', inputs, node.attribute, 'com.microsoft');
}
