import type { TensorOf } from '../../tensor/tensor.ts';

/** 8-bit weights use -127..127, so that zero lies in the middle. */
const FULL_LIMIT = 127;
/** 7-bit weights: two products of u8 and s8 then fit the 16-bit sums of x86 processors without VNNI. */
const REDUCED_LIMIT = 63;
/** Largest bias after scaling; half of what int32 holds, so that sums with products do not overflow. */
const MAX_BIAS = 2 ** 30;

/** Below this a scale, or its product with another, would be subnormal in float32. */
export const MIN_SCALE: number = 2 ** -60;

/** A matrix as integers: weight = values * scales[channel], zero-point 0. */
export interface QuantizedWeights {
  /** Same layout as the float matrix. */
  readonly values: Int8Array;
  /** [channel] */
  readonly scales: Float32Array;
}

export interface WeightOptions {
  /** Axis of the matrix that counts the channels. */
  readonly channelAxis: 0 | 1;
  readonly reduceRange: boolean;
  /** [channel]; the smallest scale per channel, for biases that would not fit. */
  readonly minScales?: Float32Array;
}

/**
 * Symmetric per-channel weights of a matrix [row, column].
 *
 * @see ONNX QuantizeLinear-21: rounds to nearest, ties to even
 */
export function quantizeWeights(matrix: TensorOf<'float32'>, options: WeightOptions): QuantizedWeights {
  const [rows = 0, columns = 0] = matrix.dims;
  const channels = options.channelAxis === 0 ? rows : columns;
  const limit = options.reduceRange ? REDUCED_LIMIT : FULL_LIMIT;
  const channelOf = (at: number): number => (options.channelAxis === 0 ? Math.floor(at / columns) : at % columns);
  const largest = new Float64Array(channels);
  for (const [at, weight] of matrix.data.entries()) {
    const channel = channelOf(at);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(weight));
  }
  const scales = Float32Array.from(largest, (value, channel) => {
    const scale = Math.max(value / limit, options.minScales?.[channel] ?? 0);
    // A channel of zeros may have any scale but zero.
    return scale === 0 ? 1 : Math.max(scale, MIN_SCALE);
  });
  const values = new Int8Array(matrix.data.length);
  for (const [at, weight] of matrix.data.entries()) {
    const rounded = roundTiesToEven(weight / (scales[channelOf(at)] ?? 1));
    values[at] = Math.max(-limit, Math.min(limit, rounded));
  }
  return { values, scales };
}

/** Smallest weight scale of each channel with which the bias fits int32. */
export function minScalesForBias(bias: Float32Array, activationScale: number): Float32Array {
  return bias.map((value) => Math.abs(value) / (activationScale * MAX_BIAS));
}

/** bias = result * activationScale * scales[channel] */
export function quantizeBias(bias: Float32Array, activationScale: number, scales: Float32Array): Int32Array {
  return Int32Array.from(bias, (value, channel) => roundTiesToEven(value / (activationScale * (scales[channel] ?? 1))));
}

export function roundTiesToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
