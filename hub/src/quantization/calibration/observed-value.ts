import {
  type CalibrationMethod,
  ChannelStatistics,
  type RangesObserver,
  rangesObserver,
  type Tensor,
  type ValueRange,
} from '@edgeloop/onnx';

/** Why a value has no range. */
export type SkipReason = 'not-float32' | 'always-empty';

export interface ObservedValueOptions {
  readonly methods: readonly CalibrationMethod[];
  readonly percentile?: number | undefined;
  /** Axis that counts the channels of a node with weights that reads the value; `undefined` where none does. */
  readonly channelAxis: number | undefined;
}

/** One value of a model while rows run through it. */
export class ObservedValue {
  readonly #ranges: RangesObserver;
  readonly #channels: ChannelStatistics | undefined;
  #skipReason: SkipReason | undefined = 'always-empty';

  constructor(name: string, { methods, percentile, channelAxis }: ObservedValueOptions) {
    this.#ranges = rangesObserver(methods, { value: name, ...(percentile === undefined ? {} : { percentile }) });
    this.#channels = channelAxis === undefined ? undefined : new ChannelStatistics(channelAxis, name);
  }

  /** `undefined` once the value was seen. */
  get skipReason(): SkipReason | undefined {
    return this.#skipReason;
  }

  get sizeBytes(): number {
    return this.#ranges.sizeBytes;
  }

  /**
   * @param rows in the run that gave the tensor
   * @throws UsageError VALUE_NOT_FINITE
   * @throws ModelError SHAPE_MISMATCH
   */
  observe({ data, dims }: Tensor, rows: number): void {
    if (!(data instanceof Float32Array)) {
      this.#skipReason = 'not-float32';
      return;
    }
    if (data.length === 0) return;
    this.#skipReason = undefined;
    this.#ranges.observe(data, dims[0] === rows ? rows : 1);
    this.#channels?.observe(data, dims);
  }

  ranges(): ReadonlyMap<CalibrationMethod, ValueRange> {
    return this.#ranges.ranges();
  }

  /** Per channel; `undefined` where no node with weights reads the value. */
  get channels(): ChannelStatistics | undefined {
    return this.#channels;
  }
}
