import type { Emitter } from '../gradient/emitter.ts';
import type { GradientRows } from '../gradient/gradient-rows.ts';
import type { GradientRule, RuleContext } from '../gradient/rule-context.ts';
import { firstWins } from '../gradient/rules/convolution/first-wins.ts';
import { int64 } from '../tensor/tensor.ts';
import { type PositionValue, pickRows, readPositions, reshaped, withOneMore } from './positions.ts';
import { scatterWindows } from './scatter-windows.ts';
import { readersOf, readsAll, readsOutside, type WindowReads } from './window-reads.ts';

/** Columns in entries per row of the batch: 4 MB where a batch has 64 rows. */
const CACHED_COLUMNS = 2 ** 14;
/**
 * Most columns, in entries per row of the batch, that are kept for the backward pass. More are read again: that takes no
 * longer, for the columns would have left the cache, and they are several times as large as what the layer gives.
 */
const KEPT_COLUMNS = 2 ** 13;
/** ONNX Runtime adds up a product with no more columns than these in another order than one with more. */
const NARROW_PRODUCT = 64;
/** Channels that are worth a product of their own. */
const LEAST_CHANNELS = 4;

export interface ColumnConvolutionOptions {
  readonly input: PositionValue;
  /** [feature, channel, ...kernel] */
  readonly weights: string;
  /** [feature] */
  readonly bias: string | undefined;
  readonly features: number;
  readonly kernel: readonly number[];
  /**
   * Reads of the windows. Several parts of equally many windows: the output is the largest of the parts, as by a pooling
   * that follows.
   */
  readonly parts: readonly WindowReads[];
}

/**
 * A convolution as a product: kernel [feature, channel * entry] times columns [channel * entry, window * batch].
 *
 * With a pooling behind it the windows are computed in one part per entry of the pooling, so that the largest is one
 * pass over whole parts. The bias is added to the largest, which makes no difference but takes fewer additions.
 */
export class ColumnConvolution {
  readonly #options: ColumnConvolutionOptions;
  #columns: readonly string[] = [];
  #products: readonly string[] = [];
  #largest = '';

  constructor(options: ColumnConvolutionOptions) {
    this.#options = options;
  }

  /** Adds the forward nodes and returns [feature, window * batch]. */
  forward(emit: Emitter): string {
    const { parts, bias, features } = this.#options;
    const kernel = this.#kernelRows(emit);
    const column = bias === undefined ? undefined : emit.op('Reshape', [bias, emit.constant(int64([features, 1]))]);
    this.#columns = this.#allColumns(emit);
    const isPooled = parts.length > 1;
    this.#products = this.#columns.map((columns) => emit.op('Gemm', [kernel, columns, isPooled ? '' : column]));
    this.#largest = this.#products.reduce((largest, product) => emit.op('Max', [largest, product]));
    return isPooled && column !== undefined ? emit.op('Add', [this.#largest, column]) : this.#largest;
  }

  /** Gradients of input, kernel and bias. */
  readonly gradient: GradientRule = (context) => {
    let shares: readonly string[] | undefined;
    const parts = (): readonly string[] => {
      shares ??= firstWins(context, this.#products, this.#largest);
      return shares;
    };
    return [
      () => this.#inputGradient(context, parts()),
      () => this.#kernelGradient(context, parts()),
      // Every entry of dY goes to one of the parts, so that the sum over dY is that over all parts.
      () => context.op('ReduceSum', [context.gradient(), context.constant(int64([1]))], { keepdims: 0 }),
    ];
  };

  #kernelRows(emit: Emitter): string {
    return reshaped(emit, this.#options.weights, this.#options.features);
  }

  #allColumns(emit: Emitter, name: string = this.#options.input.name): string[] {
    const { input, parts } = this.#options;
    const [reads = []] = parts;
    if (parts.length === 1 && readsAll(reads, input.positions)) return [name];
    return readPositions(emit, { ...input, name }, parts);
  }

  #kernelGradient(context: RuleContext, shares: readonly string[]): string {
    const { features, input, kernel, parts } = this.#options;
    const rows = input.channels * (parts[0]?.length ?? 1);
    // ONNX Runtime multiplies faster where the first factor has more rows.
    const isUpright = features >= rows;
    const windows = parts.reduce((sum, reads) => sum + (reads[0]?.length ?? 0), 0);
    const columns = rows * windows > KEPT_COLUMNS ? this.#allColumns(context) : this.#columns;
    const products = shares.map((share, part) => {
      const factors = [share, columns[part]];
      return context.op('Gemm', isUpright ? factors : factors.reverse(), { transB: 1 });
    });
    const sum = products.length === 1 ? (products[0] ?? '') : context.op('Sum', products);
    const upright = isUpright ? sum : context.op('Transpose', [sum], { perm: [1, 0] });
    const gradient = context.op('Reshape', [upright, context.constant(int64([features, input.channels, ...kernel]))]);
    return isUpright || features > NARROW_PRODUCT ? context.inRows(gradient, this.#kernelRowsOf(shares)) : gradient;
  }

  /** The gradient of the kernel by features. */
  #kernelRowsOf(shares: readonly string[]): GradientRows {
    const { features, input, kernel, parts } = this.#options;
    const counts = parts.map((reads) => reads[0]?.length ?? 0);
    return {
      ...{ rows: features, isDear: true, key: JSON.stringify(['columns', input.channels, input.positions, parts]) },
      sliced: shares.map((value, part) => {
        return { value, axis: 0, shape: { dims: [features, counts[part] ?? 0], batchAxis: 1 } };
      }),
      shared: [{ value: input.name, shape: { dims: [input.channels, input.positions], batchAxis: 1 } }],
      build: (emit, own, [name = '']) => {
        const columns = this.#allColumns(emit, name);
        const products = own.map((share, part) => emit.op('Gemm', [share, columns[part]], { transB: 1 }));
        const sum = products.length === 1 ? (products[0] ?? '') : emit.op('Sum', products);
        return emit.op('Reshape', [sum, emit.constant(int64([-1, input.channels, ...kernel]))]);
      },
    };
  }

  #inputGradient(context: RuleContext, shares: readonly string[]): string {
    const { input, parts } = this.#options;
    const [reads = []] = parts;
    if (parts.length === 1 && readsAll(reads, input.positions)) {
      return context.op('Gemm', [this.#kernelRows(context), shares[0]], { transA: 1 });
    }
    const joined = joinedReads(parts);
    // With strides most rows would be zeros.
    const isDense = 2 * (joined[0]?.length ?? 0) > input.positions;
    return isDense && this.#options.features < input.channels
      ? this.#byRows(context, shares, joined)
      : this.#byColumns(context, shares, joined);
  }

  /**
   * The gradient of the columns, brought back to the positions that they were read from, some channels at a time: the
   * columns are passed over three times, so they had better stay in the cache.
   */
  #byColumns(context: RuleContext, shares: readonly string[], reads: WindowReads): string {
    const { input } = this.#options;
    const windows = reads[0]?.length ?? 0;
    const needsZeros = readsOutside(readersOf(reads, input.positions, (_, window) => window));
    const dy = this.#joinedShares(context, shares, needsZeros);
    const width = needsZeros ? windows + 1 : windows;
    const kernel = this.#kernelRows(context);
    const groups = groupsOf(input.channels, reads.length * width);
    const kernels =
      groups === 1
        ? [kernel]
        : context.opMany('Split', [kernel, this.#columnSizes(context, groups)], { axis: 1 }, groups);
    const parts = kernels.map((part) => {
      const name = context.op('Gemm', [part, dy], { transA: 1 });
      const values = {
        ...{ name, reads, channels: input.channels / groups, rows: reads.length * width },
        rowOf: (entry: number, window: number) => entry * width + window,
        ...(needsZeros ? { zeros: windows } : {}),
      };
      return scatterWindows(context, values, input.positions);
    });
    return parts.length === 1 ? (parts[0] ?? '') : context.op('Concat', parts, { axis: 0 });
  }

  #columnSizes(context: RuleContext, groups: number): string {
    const { input, parts } = this.#options;
    const columns = (input.channels / groups) * (parts[0]?.length ?? 1);
    return context.constant(int64(Array.from({ length: groups }, () => columns)));
  }

  /** The convolution of dY with the kernel turned round: reads less where there are fewer features than channels. */
  #byRows(context: RuleContext, shares: readonly string[], reads: WindowReads): string {
    const { features, input, weights } = this.#options;
    const windows = reads[0]?.length ?? 0;
    const byEntry = reads.map((own) => readersOf([own], input.positions, (_, window) => window)[0] ?? []);
    const dy = this.#joinedShares(context, shares, true);
    const picked = pickRows(context, reshaped(context, dy, features, windows + 1), byEntry, windows);
    const columns = reshaped(context, picked, features * reads.length);
    const turned = context.op('Transpose', [reshaped(context, weights, features, input.channels)], { perm: [1, 0, 2] });
    return context.op('Gemm', [reshaped(context, turned, input.channels), columns]);
  }

  /** All parts of dY side by side, [feature, window * batch], with a window of zeros behind where asked for. */
  #joinedShares(context: RuleContext, shares: readonly string[], withZeros: boolean): string {
    const { features, parts } = this.#options;
    const last = shares.at(-1) ?? '';
    const windows = parts.at(-1)?.[0]?.length ?? 0;
    const rows = withZeros ? withOneMore(context, reshaped(context, last, features, windows)) : last;
    const padded = withZeros ? reshaped(context, rows, features) : last;
    return shares.length === 1 ? padded : context.op('Concat', [...shares.slice(0, -1), padded], { axis: 1 });
  }
}

/** Parts of equally many channels, as few as keep the columns of each small. */
function groupsOf(channels: number, columns: number): number {
  const fits = (groups: number): boolean => (channels / groups) * columns <= CACHED_COLUMNS;
  const candidates = Array.from({ length: Math.floor(channels / LEAST_CHANNELS) }, (_, at) => at + 1);
  const divisors = candidates.filter((groups) => channels % groups === 0);
  return divisors.find(fits) ?? divisors.at(-1) ?? 1;
}

/** All parts side by side. */
function joinedReads(parts: readonly WindowReads[]): WindowReads {
  const [first = []] = parts;
  return first.map((_, entry) => parts.flatMap((reads) => reads[entry] ?? []));
}
