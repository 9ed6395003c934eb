import { ModelError } from '../../errors.ts';
import { requireFinite, UNNAMED_VALUE } from './observed-range.ts';

/** Of each channel of an activation the mean and the largest magnitude, over all values seen. */
export class ChannelStatistics {
  readonly #axis: number;
  readonly #value: string;
  #sums = new Float64Array();
  #maxima = new Float32Array();
  /** Values of each channel. */
  #count = 0;

  /** @param axis of the value's dimensions that counts channels; negative counts from the last */
  constructor(axis: number, value: string = UNNAMED_VALUE) {
    this.#axis = axis;
    this.#value = value;
  }

  /**
   * Takes in values of the shape `dims`; all sizes but that of the channels may change from call to call.
   *
   * @throws UsageError VALUE_NOT_FINITE
   * @throws ModelError SHAPE_MISMATCH for another number of channels than before, or too few dimensions
   */
  observe(values: Float32Array, dims: readonly number[]): void {
    if (values.length === 0) return;
    const channels = this.#channelsOf(dims);
    const inner = dims.slice(this.#axis < 0 ? dims.length + this.#axis + 1 : this.#axis + 1).reduce((a, b) => a * b, 1);
    for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels) {
      this.#observeBlock(values, start, start + inner, channel);
    }
    this.#count += values.length / channels;
  }

  /** Mean of each channel, [channel]; empty before the first value. */
  means(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.#count);
  }

  /** Largest magnitude of each channel, [channel]; empty before the first value. */
  maxima(): Float32Array {
    return this.#maxima.slice();
  }

  #observeBlock(values: Float32Array, start: number, end: number, channel: number): void {
    let [sum, largest] = [0, this.#maxima[channel] as number];
    for (let at = start; at < end; at++) {
      const entry = values[at] as number;
      sum += entry;
      const magnitude = Math.abs(entry);
      if (magnitude > largest) largest = magnitude;
    }
    if (!Number.isFinite(sum))
      for (let at = start; at < end; at++) requireFinite(this.#value, values[at] as number, at);
    this.#maxima[channel] = largest;
    this.#sums[channel] = (this.#sums[channel] as number) + sum;
  }

  #channelsOf(dims: readonly number[]): number {
    const channels = dims.at(this.#axis);
    const known = this.#sums.length;
    if (channels === undefined || (known > 0 && known !== channels)) {
      const message = `Value ${this.#value} must have ${known || 'its'} channels on axis ${this.#axis}, got [${dims}]`;
      throw new ModelError('SHAPE_MISMATCH', message, { place: { value: this.#value } });
    }
    if (known === 0) {
      this.#sums = new Float64Array(channels);
      this.#maxima = new Float32Array(channels);
    }
    return channels;
  }
}
