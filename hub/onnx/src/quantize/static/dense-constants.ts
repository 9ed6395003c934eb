import { floatAttribute } from '../../format/attributes.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import { type TensorOf, tensor } from '../../tensor/tensor.ts';
import { floatConstant } from '../plan/float-constant.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';

/** Weights and bias of a dense node, with Gemm's alpha and beta multiplied in. */
export interface DenseConstants {
  /** In the layout of the file. */
  readonly weight: TensorOf<'float32'>;
  /** [channel] */
  readonly bias: Float32Array | undefined;
}

/** Reads what a dense node multiplies by and adds. */
export function denseConstants({ node, weight, channelAxis }: QuantizedNode, types: InferredTypes): DenseConstants {
  const alpha = node.opType === 'Gemm' ? floatAttribute(node, 'alpha', 1) : 1;
  const beta = node.opType === 'Gemm' ? floatAttribute(node, 'beta', 1) : 1;
  const matrix = floatConstant(weight, types);
  const bias = node.input[2] ? floatConstant(node.input[2], types).data : undefined;
  const channels = matrix.dims[channelAxis] ?? 0;
  return {
    weight:
      alpha === 1
        ? matrix
        : tensor(
            'float32',
            matrix.dims,
            matrix.data.map((value) => value * alpha),
          ),
    // A bias of one entry is broadcast over the channels.
    bias: bias && Float32Array.from({ length: channels }, (_, at) => beta * (bias[bias.length === 1 ? 0 : at] ?? 0)),
  };
}
