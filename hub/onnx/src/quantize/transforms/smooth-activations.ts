import { UsageError } from '../../errors.ts';
import type { Model } from '../../format/messages.ts';
import { float32 } from '../../tensor/tensor.ts';
import { ConstantEdits } from './constant-edits.ts';
import { EditableConstant } from './editable-constant.ts';
import { groupMaxima } from './equalize-channels.ts';
import { type LinearNode, linearNode } from './linear-weights.ts';
import { repeated, scaleSource } from './scale-source.ts';

export interface SmoothingOptions {
  /** How much of the spread goes from the activation into the weights: 0 nothing, 1 all. @default 0.5 */
  readonly alpha?: number;
}

/** What the paper found best for most models. */
export const DEFAULT_SMOOTHING_ALPHA = 0.5;
/** A multiplication is added to a graph only for channels that are this many times larger than most. */
const OUTLIER_RATIO = 8;
/** Channels smaller than this share of the largest count as that large: other rows may have more in them. */
const SMALLEST_SHARE = 1e-3;

/** An activation with the nodes that multiply it by weights. */
interface SmoothedValue {
  readonly value: string;
  readonly readers: readonly LinearNode[];
  readonly axis: number;
  readonly rank: number;
  readonly maxima: Float64Array;
}

/**
 * The model with activations whose channels differ much divided by a factor per channel, and the weights that read them
 * multiplied by it: s = max|X|^alpha / max|W|^(1 - alpha). In front of depthwise convolutions alpha is 1, since their
 * weights have a scale for each channel anyway.
 *
 * The division goes into what is in front of the activation: gain and shift of a normalization, a product with a
 * constant, or weights. Where there is nothing of the kind, or others read the activation too, a Mul is added, but only
 * for outliers, and only in front of dense layers: convolutions mostly follow values that are integers already. Outputs stay the same but for rounding; ranges taken before are not those of the new
 * model.
 *
 * @param channelMaxima largest magnitude of each channel, [channel], of the activations to smooth, by name
 * @throws UsageError ARGUMENT_INVALID for maxima of another number of channels, or an alpha outside of 0..1
 * @see Xiao et al. 2022, SmoothQuant, equation 4
 */
export function smoothActivations(
  model: Model,
  channelMaxima: ReadonlyMap<string, Float32Array>,
  { alpha = DEFAULT_SMOOTHING_ALPHA }: SmoothingOptions = {},
): Model {
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new UsageError('ARGUMENT_INVALID', `alpha must be between 0 and 1, got ${alpha}`);
  }
  const edits = new ConstantEdits(model);
  for (const [value, maxima] of channelMaxima) {
    const smoothed = smoothedValue(edits, value, maxima);
    if (smoothed) smooth(edits, smoothed, alpha);
  }
  return edits.finish();
}

function smoothedValue(edits: ConstantEdits, value: string, maxima: Float32Array): SmoothedValue | undefined {
  const readers = edits.readers(value).flatMap((node) => {
    const linear = node.input[0] === value ? linearNode(edits, node) : undefined;
    return linear ? [linear] : [];
  });
  const [first] = readers;
  const rank = edits.types.typeOf(value).dims?.length;
  if (!first || rank === undefined || rank < 2) return undefined;
  const axis = first.inputAxis < 0 ? rank + first.inputAxis : first.inputAxis;
  const isAlike = readers.every(({ inputAxis }) => (inputAxis < 0 ? rank + inputAxis : inputAxis) === axis);
  if (!isAlike || !maxima.some((entry) => entry > 0)) return undefined;
  if (maxima.length !== first.inputs || !maxima.every((entry) => entry >= 0 && Number.isFinite(entry))) {
    const message = `Maxima of ${value} must be ${first.inputs} finite magnitudes, got ${maxima.length}: ${maxima}`;
    throw new UsageError('ARGUMENT_INVALID', message, { place: { value } });
  }
  return { value, readers, axis, rank, maxima: Float64Array.from(maxima) };
}

function smooth(edits: ConstantEdits, smoothed: SmoothedValue, alpha: number): void {
  const { value, readers, axis, rank, maxima } = smoothed;
  const nodes = readers.map(({ node }) => node);
  const layout = { axis, channels: maxima.length, inner: 1 };
  const source = scaleSource(edits, value, layout, nodes);
  const inner = source?.inner ?? 1;
  const share = readers.every(({ isDepthwise }) => isDepthwise) ? 1 : alpha;
  const sizes = smoothingSizes(groupMaxima(maxima, inner), groupMaxima(weightMaxima(readers), inner), share);
  const divisors = sizes.map((size) => 1 / size);
  if (source) source.scale(divisors);
  else if (hasOutliers(maxima) && readers.every(isDense)) {
    const dims = [divisors.length, ...Array.from({ length: rank - axis - 1 }, () => 1)];
    edits.multiplyInput(nodes, 0, new EditableConstant(float32(divisors, dims)));
  } else return;
  for (const reader of readers) reader.scaleInputs(repeated(sizes, inner));
}

/** Largest magnitude of all weights that read each channel. */
function weightMaxima(readers: readonly LinearNode[]): Float64Array {
  const [first = new Float64Array(), ...others] = readers.map((reader) => reader.inputMaxima());
  return first.map((entry, channel) => Math.max(entry, ...others.map((maxima) => maxima[channel] ?? 0)));
}

/** What each channel is divided by; their geometric mean is 1, as only their ratios matter. */
function smoothingSizes(activations: Float64Array, weights: Float64Array, alpha: number): Float64Array {
  const [values, factors] = [activations, weights].map(withoutZeros) as [Float64Array, Float64Array];
  const logs = values.map((value, at) => alpha * Math.log(value) - (1 - alpha) * Math.log(factors[at] ?? 1));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return logs.map((log) => Math.exp(log - mean));
}

function withoutZeros(maxima: Float64Array): Float64Array {
  const largest = maxima.reduce((most, entry) => Math.max(most, entry), 0);
  return largest === 0 ? maxima.map(() => 1) : maxima.map((entry) => Math.max(entry, SMALLEST_SHARE * largest));
}

function isDense({ node }: LinearNode): boolean {
  return node.opType === 'MatMul' || node.opType === 'Gemm';
}

function hasOutliers(maxima: Float64Array): boolean {
  // Channels that are always 0 say nothing about the others.
  const sorted = maxima.filter((entry) => entry > 0).toSorted();
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (sorted.at(-1) ?? 0) > OUTLIER_RATIO * middle;
}
