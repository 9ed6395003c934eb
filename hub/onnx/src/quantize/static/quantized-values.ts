import { UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, scalar, tensor } from '../../tensor/tensor.ts';
import type { IntegerPlacement } from '../plan/integer-placement.ts';
import {
  type ActivationQuantization,
  keptQuantization,
  quantizeRange,
  type ValueRange,
} from './activation-quantization.ts';
import type { PreviousScales } from './previous-scales.ts';

/** A value as an integer node reads it. */
export interface QuantizedActivation {
  /** Name of the float value behind the pair of QuantizeLinear and DequantizeLinear. */
  readonly value: string;
  readonly scale: number;
}

/** Names of the constants that a value is quantized with. */
interface Parameters extends ActivationQuantization {
  readonly inputs: readonly [scale: string, zeroPoint: string];
}

/** The u8 values of a graph: adds their QuantizeLinear and DequantizeLinear nodes, one of each for a value. */
export class QuantizedValues {
  readonly #graph: GraphBuilder;
  readonly #placement: IntegerPlacement;
  readonly #ranges: ReadonlyMap<string, ValueRange>;
  readonly #previous: PreviousScales;
  readonly #parameters = new Map<string, Parameters>();
  /** The u8 form of each value. */
  readonly #integers = new Map<string, string>();
  readonly #read = new Map<string, string>();

  constructor(
    graph: GraphBuilder,
    placement: IntegerPlacement,
    ranges: ReadonlyMap<string, ValueRange>,
    previous: PreviousScales,
  ) {
    this.#graph = graph;
    this.#placement = placement;
    this.#ranges = ranges;
    this.#previous = previous;
  }

  /** Whether an integer node writes the value, which float nodes can only read behind its DequantizeLinear. */
  isWrittenAsInteger(name: string): boolean {
    const value = this.#placement.values.get(name);
    return value !== undefined && value.source === undefined;
  }

  /** The value for an integer node to read. */
  read(name: string): QuantizedActivation {
    const { scale } = this.#parametersOf(name);
    const value = this.#read.get(name) ?? this.#quantizeFloat(name);
    this.#read.set(name, value);
    return { value, scale };
  }

  /** Lets a value be the integers of another with a scale of its own. */
  alias(name: string, other: string): void {
    const integers = this.#integerOf(other);
    this.#integers.set(name, integers);
    this.#graph.replace(name, 'DequantizeLinear', [integers, ...this.#parametersOf(name).inputs]);
    this.#read.set(name, name);
  }

  /** A value multiplied by a positive factor, for one integer node to read. */
  readScaled(name: string, factor: number): string {
    const { scale, inputs } = this.#parametersOf(name);
    const scaled = this.#graph.constant(scalar(scale * factor), `${name}_scaled`);
    return this.#graph.node('DequantizeLinear', [this.#integerOf(name), scaled, inputs[1]]);
  }

  /** Quantizes what an integer node writes; everybody reads the value under its own name, behind DequantizeLinear. */
  write(name: string, raw: string): void {
    const { inputs } = this.#parametersOf(name);
    const integers = this.#quantize(name, raw, inputs);
    this.#graph.replace(name, 'DequantizeLinear', [integers, ...inputs]);
    this.#read.set(name, name);
  }

  /**
   * The value for one float node that has weights, through a DequantizeLinear with a scale for each of its channels, all
   * alike: ONNX Runtime takes weights between DequantizeLinear and QuantizeLinear with one scale for int8 itself.
   */
  readApart(name: string, channels: number): string {
    const inputs = [this.#integers.get(name), ...this.#channelParameters(name, channels)];
    return this.#graph.node('DequantizeLinear', inputs, { axis: 1 }, { name: `${name}_dequantize` });
  }

  /** A constant that an integer node reads beside its activations. */
  constant(name: string, values: Float32Array, dims: readonly number[]): string {
    const [min, max] = [values.reduce((a, b) => Math.min(a, b), 0), values.reduce((a, b) => Math.max(a, b), 0)];
    const { scale, zeroPoint } = quantizeRange(name, { min, max });
    const integers = Uint8Array.from(values, (value) =>
      Math.max(0, Math.min(255, Math.round(value / scale) + zeroPoint)),
    );
    return this.#graph.node('DequantizeLinear', [
      this.#graph.constant(tensor('uint8', dims, integers), `${name}_quantized`),
      this.#graph.constant(scalar(scale), `${name}_scale`),
      this.#graph.constant(tensor('uint8', [], Uint8Array.of(zeroPoint)), `${name}_zero_point`),
    ]);
  }

  #integerOf(name: string): string {
    this.read(name);
    return this.#integers.get(name) ?? '';
  }

  #quantizeFloat(name: string): string {
    const { source, pooledChannels } = this.#placement.values.get(name) ?? {};
    const { inputs } = this.#parametersOf(name);
    // ONNX Runtime would move quantization with one scale in front of the MaxPool, which is far slower on u8 where the
    // channels do not lie innermost.
    const integers =
      pooledChannels === undefined
        ? this.#quantize(name, source ?? name, inputs)
        : this.#quantize(name, source ?? name, this.#channelParameters(name, pooledChannels), 1);
    return this.#graph.node('DequantizeLinear', [integers, ...inputs], {}, { name: `${name}_dequantize` });
  }

  #quantize(name: string, source: string, inputs: readonly string[], axis?: number): string {
    const integers = this.#graph.node('QuantizeLinear', [source, ...inputs], { axis }, { name: `${name}_quantize` });
    this.#integers.set(name, integers);
    return integers;
  }

  /** Scale and zero-point of a value once for each channel, all alike. */
  #channelParameters(name: string, channels: number): string[] {
    const { scale, zeroPoint } = this.#parametersOf(name);
    const zeroPoints = new Uint8Array(channels).fill(zeroPoint);
    return [
      this.#graph.constant(float32(new Float32Array(channels).fill(scale)), `${name}_scales`),
      this.#graph.constant(tensor('uint8', [channels], zeroPoints), `${name}_zero_points`),
    ];
  }

  #parametersOf(name: string): Parameters {
    const { root, factor } = this.#placement.values.get(name) ?? { root: name, factor: 1 };
    const own = this.#parameters.get(root) ?? this.#addParameters(root);
    this.#parameters.set(root, own);
    if (factor === 1) return own;
    const key = `${root} * ${factor}`;
    const scaled = this.#parameters.get(key) ?? this.#scaledParameters(name, own, factor);
    this.#parameters.set(key, scaled);
    return scaled;
  }

  /** @throws UsageError RANGE_MISSING */
  #addParameters(root: string): Parameters {
    const range = this.#ranges.get(root);
    if (!range) {
      throw new UsageError('RANGE_MISSING', `Value ${root} must have a range, got none`, { place: { value: root } });
    }
    const clamp = this.#placement.values.get(root)?.clamp;
    const quantization = keptQuantization(quantizeRange(root, range, clamp), this.#previous.ofValue(root), clamp);
    const inputs = [
      this.#graph.constant(scalar(quantization.scale), `${root}_scale`),
      this.#graph.constant(tensor('uint8', [], Uint8Array.of(quantization.zeroPoint)), `${root}_zero_point`),
    ] as const;
    return { ...quantization, inputs };
  }

  #scaledParameters(name: string, { scale, zeroPoint, inputs }: Parameters, factor: number): Parameters {
    const scaled = this.#graph.constant(scalar(scale * factor), `${name}_scale`);
    return { scale: Math.fround(scale * factor), zeroPoint, inputs: [scaled, inputs[1]] };
  }
}
