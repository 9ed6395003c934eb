import type { TensorOf } from '../../tensor/tensor.ts';

/** Where the channels of a value are that a constant is combined with. */
export interface ChannelPlace {
  /** Dimensions of the value. */
  readonly rank: number;
  /** The one that counts channels. */
  readonly axis: number;
  readonly count: number;
}

/** A constant while it is multiplied channel by channel, in float64 so that it is rounded once. */
export class EditableConstant {
  #dims: readonly number[];
  #data: Float64Array;
  #isChanged = false;

  constructor({ dims, data }: TensorOf<'float32'>) {
    this.#dims = dims;
    this.#data = Float64Array.from(data);
  }

  get dims(): readonly number[] {
    return this.#dims;
  }

  get data(): Float64Array {
    return this.#data;
  }

  get isChanged(): boolean {
    return this.#isChanged;
  }

  /** Multiplies every entry by what belongs to its place. */
  multiply(factorAt: (at: number) => number): void {
    this.#data.forEach((entry, at, data) => {
      data[at] = entry * factorAt(at);
    });
    this.#isChanged = true;
  }

  /** Whether the constant is broadcast against a value of this shape, with a number per channel or one for all. */
  fits({ rank, axis, count }: ChannelPlace): boolean {
    const own = this.#dims[axis - rank + this.#dims.length] ?? 1;
    return this.#dims.length <= rank && (own === count || own === 1);
  }

  /** Multiplies by a factor per channel; a constant that was the same for all channels gets an entry for each. */
  multiplyChannels({ rank, axis, count }: ChannelPlace, factors: ArrayLike<number>): void {
    const place = axis - rank + this.#dims.length;
    // Dimensions from the channels on, with those of size 1 that broadcasting adds.
    const dims = place < 0 ? [...Array.from({ length: -place }, () => 1), ...this.#dims] : this.#dims;
    const at = Math.max(0, place);
    const outer = dims.slice(0, at).reduce((product, size) => product * size, 1);
    const inner = dims.slice(at + 1).reduce((product, size) => product * size, 1);
    const source = this.#data;
    const isOne = dims[at] === 1;
    this.#dims = dims.with(at, count);
    this.#data = Float64Array.from({ length: outer * count * inner }, (_, index) => {
      const channel = Math.floor(index / inner) % count;
      const from = isOne ? Math.floor(index / (inner * count)) * inner + (index % inner) : index;
      return (source[from] ?? 0) * (factors[channel] ?? 1);
    });
    this.#isChanged = true;
  }
}
