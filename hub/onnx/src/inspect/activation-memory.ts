import type { Graph, Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { sortNodes, valuesRead } from '../graph/topology.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { bitsPerElement, DATA_TYPE } from '../tensor/element-type.ts';
import { innerGraphs } from './model-graphs.ts';

/** Largest sum of values that are alive at once while a graph runs. */
export interface ActivationMemory {
  /**
   * Inputs, outputs and what is in between, without constants, also those that are stored as integers. Sizes that are
   * symbols or unknown count as 1.
   */
  readonly peakBytes: number;
  /** The node that runs at the peak, by its name or its first output; '' for a graph without nodes. */
  readonly peakNode: string;
  /** Values that are not in the sum, because their type or their number of dimensions is not known. */
  readonly unknownValues: number;
}

/**
 * Estimates the memory of one run: each value lives from the node that writes it to the last one that reads it, inputs
 * and outputs to the end. Runtimes need less where they compute in place, and more for what they pack.
 *
 * @throws ModelError GRAPH_CYCLIC
 */
export function activationMemory(graph: Graph, types: InferredTypes): ActivationMemory {
  const nodes = sortNodes(graph.node);
  const constants = new Set(graph.initializer.map(({ name }) => name ?? ''));
  const inputs = graph.input.map(({ name }) => name ?? '').filter((name) => !constants.has(name));
  const kept = new Set([...inputs, ...graph.output.map(({ name }) => name ?? '')]);
  const lastReader = new Map(nodes.flatMap((node) => valuesRead(node).map((value) => [value, node] as const)));
  const sizes = new Sizes(types);
  let alive = inputs.reduce((sum, name) => sum + sizes.of(name), 0);
  let [peakBytes, peakNode] = [alive, ''];
  for (const node of nodes) {
    const written = isStoredConstant(node, types)
      ? []
      : node.output.filter((value) => value !== '' && !types.constants.has(value));
    alive += written.reduce((sum, value) => sum + sizes.of(value), 0);
    const bytes = alive + innerPeak(node, types, sizes);
    if (bytes > peakBytes) [peakBytes, peakNode] = [bytes, node.name || node.output[0] || ''];
    const done = new Set([...valuesRead(node), ...written]);
    for (const value of done) {
      const isOver = lastReader.get(value) === node || !lastReader.has(value);
      if (isOver && !kept.has(value)) alive -= sizes.freed(value);
    }
  }
  return { peakBytes, peakNode, unknownValues: sizes.unknown };
}

/** Weights behind a DequantizeLinear are multiplied as the integers that they are: runtimes make no floats of them. */
function isStoredConstant({ opType, domain, input }: Node, { constants }: InferredTypes): boolean {
  return opType === 'DequantizeLinear' && isStandardDomain(domain) && input.every((value) => constants.has(value));
}

/** Only one branch of an If runs at a time, and of a Loop one pass. */
function innerPeak(node: Node, types: InferredTypes, sizes: Sizes): number {
  const peaks = innerGraphs(node).map((graph) => {
    const within = types.within(graph);
    if (!within) return 0;
    const { peakBytes, unknownValues } = activationMemory(graph, within);
    sizes.unknown += unknownValues;
    return peakBytes;
  });
  return Math.max(0, ...peaks);
}

class Sizes {
  unknown = 0;
  readonly #types: InferredTypes;
  readonly #alive = new Map<string, number>();

  constructor(types: InferredTypes) {
    this.#types = types;
  }

  /** Bytes of a value that comes to life. */
  of(value: string): number {
    const { type, dims } = this.#types.typeOf(value);
    if (!type || !dims) this.unknown += 1;
    const entries = dims?.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1) ?? 0;
    const bytes = type ? Math.ceil((entries * bitsPerElement(DATA_TYPE[type])) / 8) : 0;
    this.#alive.set(value, bytes);
    return bytes;
  }

  /** Bytes of a value of this graph that nothing reads any more; 0 for constants and values of the graph around. */
  freed(value: string): number {
    const bytes = this.#alive.get(value) ?? 0;
    this.#alive.delete(value);
    return bytes;
  }
}
