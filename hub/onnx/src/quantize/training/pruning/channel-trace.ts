import type { Node } from '../../../format/messages.ts';
import { valuesRead } from '../../../graph/topology.ts';
import type { Dim } from '../../../graph/value-type.ts';
import type { InferredTypes } from '../../../shape/infer-types.ts';
import type { TensorOf } from '../../../tensor/tensor.ts';
import { addMagnitudes, type ChannelPlace } from './channel-place.ts';

/** Where the channels of a group lie in a value. */
export interface TracedValue extends ChannelPlace {
  readonly group: ChannelGroup;
}

/** What becomes smaller with a group of channels: a constant that a node reads, or a number that says how many. */
export type ChannelCut =
  | { readonly kind: 'constant'; readonly node: Node; readonly input: number; readonly place: ChannelPlace }
  | { readonly kind: 'size'; readonly node: Node; readonly input: number; readonly entry: number; readonly per: number }
  | { readonly kind: 'groups'; readonly node: Node };

/** Channels that can only go together, since what they write is added up or multiplied. */
export class ChannelGroup {
  readonly channels: number;
  readonly #cuts: ChannelCut[] = [];
  readonly #writers: Node[] = [];
  readonly #sums: Float64Array;
  #joined: ChannelGroup | undefined;
  #isFixed = false;

  constructor(channels: number) {
    this.channels = channels;
    this.#sums = new Float64Array(channels);
  }

  /** The group that this one has become a part of, or itself. */
  get whole(): ChannelGroup {
    return this.#joined?.whole ?? this;
  }

  /** Whether something reads the channels that needs all of them. */
  get isFixed(): boolean {
    return this.#isFixed;
  }

  get cuts(): readonly ChannelCut[] {
    return this.#cuts;
  }

  /** Nodes whose weights make the channels. */
  get writers(): readonly Node[] {
    return this.#writers;
  }

  /** [channel], sum of the magnitudes of the weights that make it. */
  get magnitudes(): Float64Array {
    return this.#sums;
  }

  fix(): void {
    this.whole.#isFixed = true;
  }

  cut(cut: ChannelCut): void {
    this.whole.#cuts.push(cut);
  }

  /** Says that a node's weights make the channels. */
  write(node: Node, weight: TensorOf<'float32'>, place: ChannelPlace): void {
    const { whole } = this;
    whole.#writers.push(node);
    addMagnitudes(weight, place, whole.#sums);
  }

  join(other: ChannelGroup): void {
    const [into, from] = [this.whole, other.whole];
    if (into === from) return;
    from.#joined = into;
    into.#cuts.push(...from.#cuts);
    into.#writers.push(...from.#writers);
    into.#isFixed ||= from.#isFixed;
    for (const [channel, sum] of from.#sums.entries()) into.#sums[channel] = (into.#sums[channel] ?? 0) + sum;
  }
}

/** Follows channels from the weights that make them to the weights that read them. */
export class ChannelTrace {
  readonly types: InferredTypes;
  readonly #values = new Map<string, TracedValue>();
  readonly #groups: ChannelGroup[] = [];

  constructor(types: InferredTypes) {
    this.types = types;
  }

  /** Groups, each once, as they are when everything has been traced. */
  get groups(): ChannelGroup[] {
    return this.#groups.filter((group) => group.whole === group);
  }

  /** Where the channels lie in an input of a node. */
  input(node: Node, index: number): TracedValue | undefined {
    return this.#values.get(node.input[index] ?? '');
  }

  dims(value: string | undefined): readonly Dim[] | undefined {
    return this.types.typeOf(value ?? '').dims;
  }

  /** A float32 constant that a node reads. */
  constant(node: Node, index: number): TensorOf<'float32'> | undefined {
    const name = node.input[index] ?? '';
    const value = this.types.constants.hasOwn(name) ? this.types.constants.get(name) : undefined;
    return value?.type === 'float32' ? value : undefined;
  }

  /** A constant list of whole numbers that a node reads. */
  integers(node: Node, index: number): number[] | undefined {
    const value = this.types.valueOf(node.input[index] ?? '');
    return value?.type === 'int64' ? Array.from(value.data, Number) : undefined;
  }

  /** Begins with the channels that a node writes, counted by an axis of its output. */
  begin(node: Node, channels: number, axis: number): ChannelGroup {
    const group = new ChannelGroup(channels);
    this.#groups.push(group);
    this.write(node, { group, axis, repeat: 1, block: 1 });
    return group;
  }

  /** Says where the channels lie in a node's only output. */
  write(node: Node, value: TracedValue): void {
    this.#values.set(node.output[0] ?? '', value);
  }

  /** Says that a node needs all channels of everything it reads. */
  fixInputs(node: Node): void {
    this.fixValues(valuesRead(node));
  }

  fixValues(values: readonly string[]): void {
    for (const value of values) this.#values.get(value)?.group.fix();
  }
}
