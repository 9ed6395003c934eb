import type { TensorOf } from '../../tensor/tensor.ts';
import { type ChannelLayout, channelAt, channelLayout } from './channel-layout.ts';

/** 8-bit weights use -127..127, so that zero lies in the middle. */
const FULL_LIMIT = 127;
/** 7-bit weights: two products of u8 and s8 then fit the 16-bit sums of x86 processors without VNNI. */
const REDUCED_LIMIT = 63;
/** Largest bias after scaling; half of what int32 holds, so that sums with products do not overflow. */
const MAX_BIAS = 2 ** 30;

/** Below this a scale, or its product with another, would be subnormal in float32. */
export const MIN_SCALE: number = 2 ** -60;

/** Weights as integers: weight = values * scales[channel], zero-point 0. */
export interface QuantizedWeights {
  /** Same layout as the float weights. */
  readonly values: Int8Array;
  /** [channel] */
  readonly scales: Float32Array;
}

export interface WeightOptions {
  /** Axis of the weights that counts the channels. */
  readonly channelAxis: number;
  readonly reduceRange: boolean;
  /** [channel]; the smallest scale per channel, for biases that would not fit. */
  readonly minScales?: Float32Array;
  /** [channel]; scales of weights quantized earlier, kept where they fit. */
  readonly previousScales?: Float32Array;
}

/** Largest integer of a weight. */
export function weightLimit(reduceRange: boolean): number {
  return reduceRange ? REDUCED_LIMIT : FULL_LIMIT;
}

/** A scale is kept while the largest weight is cut by less than this share of it... */
const MAX_CUT_SHARE = 0.01;
/** ...and while it is at most this many times what the weights need now. */
const MAX_COARSENESS = 1.25;

/**
 * Symmetric per-channel weights of any rank.
 *
 * @see ONNX QuantizeLinear-21: rounds to nearest, ties to even
 */
export function quantizeWeights(weights: TensorOf<'float32'>, options: WeightOptions): QuantizedWeights {
  const layout = channelLayout(weights.dims, options.channelAxis);
  const limit = weightLimit(options.reduceRange);
  const largest = largestPerChannel(weights.data, layout);
  const scales = Float32Array.from(largest, (value, channel) =>
    keptScale(neededScale(value / limit, options.minScales?.[channel] ?? 0), options.previousScales?.[channel]),
  );
  const values = new Int8Array(weights.data.length);
  for (let at = 0; at < values.length; at++) {
    const rounded = roundTiesToEven((weights.data[at] ?? 0) / (scales[channelAt(layout, at)] ?? 1));
    values[at] = Math.max(-limit, Math.min(limit, rounded));
  }
  return { values, scales };
}

function largestPerChannel(data: Float32Array, layout: ChannelLayout): Float64Array {
  const largest = new Float64Array(layout.channels);
  for (let at = 0; at < data.length; at++) {
    const channel = channelAt(layout, at);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(data[at] ?? 0));
  }
  return largest;
}

function neededScale(ofWeights: number, ofBias: number): number {
  const scale = Math.max(ofWeights, ofBias);
  // A channel of zeros may have any scale but zero.
  return scale === 0 ? 1 : Math.max(scale, MIN_SCALE);
}

function keptScale(needed: number, previous: number | undefined): number {
  return previous !== undefined && isScaleKept(needed, previous) ? previous : needed;
}

/** Whether integers of an earlier scale hold values for which one would choose `needed` today. */
export function isScaleKept(needed: number, previous: number): boolean {
  return needed * (1 - MAX_CUT_SHARE) <= previous && previous <= needed * MAX_COARSENESS;
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
