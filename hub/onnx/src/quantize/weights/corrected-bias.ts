import type { TensorOf } from '../../tensor/tensor.ts';
import { channelAt, channelLayout } from './channel-layout.ts';
import type { QuantizedWeights } from './quantized-weights.ts';

export interface BiasCorrection {
  readonly weights: TensorOf<'float32'>;
  readonly quantized: QuantizedWeights;
  /** Axis of the weights that counts the outputs, and the one that counts inputs. */
  readonly axes: { readonly output: number; readonly input: number };
  /** Groups of a convolution: each output reads its own share of the inputs. */
  readonly groups: number;
  /** [input], mean of the activation in each input channel */
  readonly means: Float32Array;
}

/**
 * The bias that makes up for what rounding the weights does to an average input: bias - (quantized - weights) * mean.
 *
 * Padding around an image is not counted: its zeros make the true mean a little smaller at the edges.
 *
 * @see Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2
 */
export function correctedBias(bias: Float32Array, correction: BiasCorrection): Float32Array {
  const { weights, quantized, axes, groups, means } = correction;
  const outputs = channelLayout(weights.dims, axes.output);
  const inputs = channelLayout(weights.dims, axes.input);
  const outputsPerGroup = outputs.channels / groups;
  const corrected = Float64Array.from(bias);
  for (let at = 0; at < weights.data.length; at++) {
    const output = channelAt(outputs, at);
    const input = channelAt(inputs, at) + Math.floor(output / outputsPerGroup) * inputs.channels;
    const error = (quantized.values[at] ?? 0) * (quantized.scales[output] ?? 1) - (weights.data[at] ?? 0);
    corrected[output] = (corrected[output] ?? 0) - error * (means[input] ?? 0);
  }
  return Float32Array.from(corrected);
}
