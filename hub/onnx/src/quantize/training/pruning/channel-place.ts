import { float32, type TensorOf } from '../../../tensor/tensor.ts';

/**
 * How channels lie along an axis: entry (r * channels + channel) * block + b of it belongs to the channel, for r below
 * `repeat` and b below `block`. Both are 1 unless axes were merged.
 */
export interface ChannelPlace {
  readonly axis: number;
  readonly repeat: number;
  readonly block: number;
}

/** Channels that are an axis of their own. */
export function wholeAxis(axis: number): ChannelPlace {
  return { axis, repeat: 1, block: 1 };
}

/** Whether the channels are counted by an axis alone. */
export function isWholeAxis({ repeat, block }: ChannelPlace): boolean {
  return repeat === 1 && block === 1;
}

/** The tensor with these channels alone, in their order. */
export function keepChannels(
  { dims, data }: TensorOf<'float32'>,
  { axis, repeat, block }: ChannelPlace,
  kept: readonly number[],
): TensorOf<'float32'> {
  const inner = product(dims.slice(axis + 1)) * block;
  const channels = (dims[axis] ?? 0) / (repeat * block);
  const outer = product(dims.slice(0, axis)) * repeat;
  const values = new Float32Array(outer * kept.length * inner);
  for (let at = 0; at < outer; at++) {
    for (const [to, channel] of kept.entries()) {
      const from = (at * channels + channel) * inner;
      values.set(data.subarray(from, from + inner), (at * kept.length + to) * inner);
    }
  }
  return float32(values, dims.with(axis, repeat * kept.length * block));
}

/** Adds the magnitudes of each channel's entries to `sums`, [channel]. */
export function addMagnitudes(
  { dims, data }: TensorOf<'float32'>,
  { axis, repeat, block }: ChannelPlace,
  sums: Float64Array,
): void {
  const inner = product(dims.slice(axis + 1)) * block;
  const channels = (dims[axis] ?? 0) / (repeat * block);
  for (let at = 0; at < data.length; at++) {
    const channel = Math.floor(at / inner) % channels;
    sums[channel] = (sums[channel] ?? 0) + Math.abs(data[at] ?? 0);
  }
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}
