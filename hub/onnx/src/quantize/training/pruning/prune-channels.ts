import { UsageError } from '../../../errors.ts';
import { encodeAttribute } from '../../../format/attributes.ts';
import { type Model, type Node, withFields, withGraph } from '../../../format/messages.ts';
import { isStandardDomain } from '../../../graph/domain.ts';
import { Names } from '../../../graph/names.ts';
import { pruneModel } from '../../../graph/prune.ts';
import { consumersOf, sortNodes } from '../../../graph/topology.ts';
import { inferTypes } from '../../../shape/infer-types.ts';
import { encodeTensor } from '../../../tensor/encode-tensor.ts';
import { int64, type Tensor } from '../../../tensor/tensor.ts';
import { nodeName } from '../../plan/node-name.ts';
import type { QuantizationScope } from '../../plan/quantization-plan.ts';
import { keepChannels } from './channel-place.ts';
import { CHANNEL_RULES } from './channel-rules.ts';
import { type ChannelCut, type ChannelGroup, ChannelTrace } from './channel-trace.ts';

export interface ChannelPruning extends QuantizationScope {
  /** Share of the units or filters of each layer that goes: from 0, and below 1. One always stays. */
  readonly share: number;
}

/** Layers whose units or filters went together. */
export interface PrunedLayer {
  /** Names of the nodes whose weights make them. */
  readonly nodes: readonly string[];
  readonly before: number;
  readonly after: number;
}

export interface PrunedChannels {
  /** With smaller weights. */
  readonly model: Model;
  /** Empty where the graph allows none to go. */
  readonly layers: readonly PrunedLayer[];
}

/**
 * The model without the units of dense layers and the filters of convolutions whose weights are smallest, by the sum of
 * their magnitudes. Everything that reads them shrinks with them, so the file and the work become smaller.
 *
 * Only where all that reads them is known to do without: products, convolutions, also depthwise ones, and what treats
 * channels by themselves in between. What the model says, and sums that go around a layer, keep their sizes or go
 * together.
 *
 * @see Li et al., Pruning filters for efficient ConvNets, section 3.1
 * @throws UsageError ARGUMENT_INVALID
 */
export function pruneChannels(model: Model, { share, exclude }: ChannelPruning): PrunedChannels {
  if (!(share >= 0 && share < 1)) {
    throw new UsageError('ARGUMENT_INVALID', `share must be at least 0 and below 1, got ${share}`);
  }
  const trace = tracedChannels(model);
  const stays = new Set(exclude);
  const pruned = trace.groups
    .filter(({ isFixed, writers }) => !isFixed && !writers.some((node) => stays.has(nodeName(node))))
    .map((group) => ({ group, kept: largestChannels(group, share) }))
    .filter(({ group, kept }) => kept.length < group.channels);
  const layers = pruned.map(({ group, kept }) => ({
    nodes: group.writers.map(nodeName),
    before: group.channels,
    after: kept.length,
  }));
  if (layers.length === 0) return { model, layers };
  return { model: new ChannelKnife(model, trace).cut(pruned), layers };
}

function tracedChannels(model: Model): ChannelTrace {
  const trace = new ChannelTrace(inferTypes(model));
  for (const node of sortNodes(model.graph.node)) {
    const rule = isStandardDomain(node.domain) ? CHANNEL_RULES.get(node.opType ?? '') : undefined;
    if (!rule?.(trace, node)) trace.fixInputs(node);
  }
  trace.fixValues(model.graph.output.map(({ name }) => name ?? ''));
  return trace;
}

/** In order; of equal ones those that come first. */
function largestChannels({ channels, magnitudes }: ChannelGroup, share: number): number[] {
  const count = Math.max(1, channels - Math.floor(channels * share));
  const bySize = [...magnitudes.keys()].sort((a, b) => (magnitudes[b] ?? 0) - (magnitudes[a] ?? 0) || a - b);
  return bySize.slice(0, count).sort((a, b) => a - b);
}

interface PrunedGroup {
  readonly group: ChannelGroup;
  /** Channels that stay, in order. */
  readonly kept: readonly number[];
}

/** Makes constants and sizes smaller; a constant that others read too is left to them. */
class ChannelKnife {
  readonly #model: Model;
  readonly #trace: ChannelTrace;
  readonly #names: Names;
  /** Changed nodes by the nodes they stand for. */
  readonly #nodes = new Map<Node, Node>();
  /** New values of constants, by `node` and input. */
  readonly #values = new Map<Node, Map<number, Tensor>>();

  constructor(model: Model, trace: ChannelTrace) {
    this.#model = model;
    this.#trace = trace;
    this.#names = Names.of(model.graph);
  }

  cut(groups: readonly PrunedGroup[]): Model {
    for (const { group, kept } of groups) for (const cut of group.cuts) this.#apply(cut, kept);
    const { graph } = this.#model;
    const consumers = consumersOf(graph.node);
    const changed = new Map<string, Tensor>();
    for (const [node, values] of this.#values) {
      const input = [...(this.#nodes.get(node) ?? node).input];
      for (const [index, value] of values) {
        const name = input[index] ?? '';
        const isOnly = consumers.get(name)?.length === 1 && input.filter((entry) => entry === name).length === 1;
        const own = isOnly ? name : this.#names.fresh(name);
        changed.set(own, value);
        input[index] = own;
      }
      this.#nodes.set(node, withFields(this.#nodes.get(node) ?? node, { input }));
    }
    const others = graph.initializer.filter(({ name }) => !changed.has(name ?? ''));
    const node = graph.node.filter(({ output: [value = ''] }) => !changed.has(value));
    return pruneModel(
      withGraph(this.#model, {
        node: node.map((entry) => this.#nodes.get(entry) ?? entry),
        initializer: [...others, ...[...changed].map(([name, value]) => encodeTensor(name, value))],
        // Sizes between the layers are others now.
        valueInfo: [],
      }),
      new Set(graph.input.map(({ name }) => name ?? '')),
    );
  }

  #apply(cut: ChannelCut, kept: readonly number[]): void {
    const { node } = cut;
    if (cut.kind === 'groups') {
      const known = this.#nodes.get(node) ?? node;
      const others = known.attribute.filter(({ name }) => name !== 'group');
      this.#nodes.set(node, withFields(known, { attribute: [...others, encodeAttribute('group', kept.length)] }));
      return;
    }
    const values = this.#values.get(node) ?? new Map<number, Tensor>();
    this.#values.set(node, values);
    const value = values.get(cut.input) ?? this.#trace.types.constants.get(node.input[cut.input] ?? '');
    if (cut.kind === 'constant' && value?.type === 'float32') {
      values.set(cut.input, keepChannels(value, cut.place, kept));
    } else if (cut.kind === 'size' && value?.type === 'int64') {
      values.set(cut.input, int64(Array.from(value.data).with(cut.entry, BigInt(cut.per * kept.length))));
    }
  }
}
