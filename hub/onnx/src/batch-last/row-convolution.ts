import type { Emitter } from '../gradient/emitter.ts';
import type { GradientRule, RuleContext } from '../gradient/rule-context.ts';
import { int64, tensor } from '../tensor/tensor.ts';
import { type PositionValue, pickRows, reshaped, sumOfLists, withOneMore } from './positions.ts';
import { OUTSIDE, readersOf, readsOutside, type WindowReads } from './window-reads.ts';

export interface RowConvolutionOptions {
  readonly input: PositionValue;
  /** [channel, 1, ...kernel] */
  readonly weights: string;
  /** [channel] */
  readonly bias: string | undefined;
  readonly kernel: readonly number[];
  /** Which row of the input each entry of a window's column reads, [entry][row of the output]; one row for a series. */
  readonly rows: WindowReads;
  /** Which place of a row each entry of a window's row reads, [entry][place in a row of the output]. */
  readonly places: WindowReads;
  /** Places in a row of the input. */
  readonly width: number;
}

/**
 * A depthwise convolution as products of bands: each row of the output is a matrix [place, entry * width] times the rows
 * that it reads, [entry * width, batch].
 *
 * A band is mostly zeros, but for rows as short as those of small images one product of it is several times faster in
 * ONNX Runtime than passing over the values entry by entry.
 */
export class RowConvolution {
  readonly #options: RowConvolutionOptions;
  #read = '';

  constructor(options: RowConvolutionOptions) {
    this.#options = options;
  }

  /** Adds the forward nodes and returns [channel, position * batch]. */
  forward(emit: Emitter): string {
    const { input, rows, places, width, bias } = this.#options;
    this.#read = this.#readRows(emit, input.name, rows, width);
    const band = this.#band(emit, places, width);
    const flat = reshaped(emit, emit.op('MatMul', [band, this.#read]), input.channels);
    if (bias === undefined) return flat;
    return emit.op('Add', [flat, emit.op('Reshape', [bias, emit.constant(int64([input.channels, 1]))])]);
  }

  /** Gradients of input, kernel and bias. */
  readonly gradient: GradientRule = (context) => [
    () => this.#inputGradient(context),
    () => this.#kernelGradient(context),
    () => context.op('ReduceSum', [context.gradient(), context.constant(int64([1]))], { keepdims: 0 }),
  ];

  get #height(): number {
    return this.#options.input.positions / this.#options.width;
  }

  /** What the rows of an output read of [channel, row * place * batch], as [channel, row, entry * place, batch]. */
  #readRows(emit: Emitter, value: string, reads: WindowReads, width: number, height = this.#height): string {
    const { channels } = this.#options.input;
    const source = reshaped(emit, value, channels, height);
    const padded = readsOutside(reads) ? withOneMore(emit, source) : source;
    const count = reads[0]?.length ?? 0;
    const byRow = Array.from({ length: count }, (_, row) => reads.map((entry) => entry[row] ?? OUTSIDE));
    return reshaped(emit, pickRows(emit, padded, byRow, height), channels, count, reads.length * width);
  }

  /** The kernel at the places it is applied to, [channel, 1, place of the output, entry * width]. */
  #band(emit: Emitter, places: WindowReads, width: number): string {
    const { channels } = this.#options.input;
    const entries = this.#options.rows.length;
    const count = places[0]?.length ?? 0;
    const zero = entries * places.length;
    const indices = new Int32Array(count * entries * width).fill(zero);
    for (const [entry, reads] of places.entries()) {
      for (const [place, at] of reads.entries()) {
        if (at === OUTSIDE) continue;
        for (let row = 0; row < entries; row++) {
          indices[(place * entries + row) * width + at] = row * places.length + entry;
        }
      }
    }
    const flat = reshaped(emit, this.#options.weights, channels);
    const padded = emit.op('Pad', [flat, emit.constant(int64([0, 0, 0, 1]))]);
    const spread = emit.op('Gather', [padded, emit.constant(tensor('int32', [indices.length], indices))], { axis: 1 });
    return reshaped(emit, spread, channels, 1, count);
  }

  /** The convolution turned round: the rows of dX read those of dY. */
  #inputGradient(context: RuleContext): string {
    const { input, rows, places, width } = this.#options;
    const [height, outputRows, outputWidth] = [this.#height, rows[0]?.length ?? 0, places[0]?.length ?? 0];
    const turned = (reads: WindowReads, size: number): WindowReads =>
      reads.map((entry) => readersOf([entry], size, (_, window) => window)[0] ?? []);
    const read = this.#readRows(context, context.gradient(), turned(rows, height), outputWidth, outputRows);
    const band = this.#band(context, turned(places, width), outputWidth);
    return reshaped(context, context.op('MatMul', [band, read]), input.channels);
  }

  /** The gradient of the band, of which each entry of the kernel has those places where it stood. */
  #kernelGradient(context: RuleContext): string {
    const { input, rows, places, width, kernel } = this.#options;
    const [entries, outputRows, outputWidth] = [rows.length, rows[0]?.length ?? 0, places[0]?.length ?? 0];
    const dy = reshaped(context, context.gradient(), input.channels, outputRows, outputWidth);
    const byRow = context.op('MatMul', [dy, context.op('Transpose', [this.#read], { perm: [0, 1, 3, 2] })]);
    const band = sumOfLists(context, reshaped(context, byRow, input.channels), input.channels, outputRows);
    const size = outputWidth * entries * width;
    const stood = Array.from({ length: entries }, (_, row) =>
      places.map((reads) =>
        reads.map((at, place) => (at === OUTSIDE ? OUTSIDE : (place * entries + row) * width + at)),
      ),
    ).flat();
    const padded = context.op('Pad', [reshaped(context, band, input.channels), context.constant(int64([0, 0, 0, 1]))]);
    const picked = pickRows(context, padded, stood, size);
    const sums = reshaped(context, picked, input.channels, stood.length);
    const summed = context.op('ReduceSum', [sums, context.constant(int64([2]))], { keepdims: 0 });
    return context.op('Reshape', [summed, context.constant(int64([input.channels, 1, ...kernel]))]);
  }
}
