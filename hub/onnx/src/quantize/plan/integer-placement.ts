import type { Graph, Node } from '../../format/messages.ts';
import { consumersOf, producersOf, sortNodes } from '../../graph/topology.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import { type Clamp, clampOf } from './clamp.ts';
import { type IntegerSite, integerSite, type SiteScope } from './integer-site.ts';

/** A value that is u8. */
export interface QuantizedValue {
  /** The value whose range decides: itself, or what an operator that only moves entries read. */
  readonly root: string;
  /** Bounds of a Relu or Clip that wrote it. */
  readonly clamp: Clamp | undefined;
  /** For a value that a float node writes: what is quantized, before a Relu or Clip that goes. */
  readonly source: string | undefined;
}

/** Where in a graph values are u8. */
export interface IntegerPlacement {
  /** Nodes that work on integers, in topological order. */
  readonly sites: ReadonlyMap<Node, IntegerSite>;
  /** Relu and Clip nodes whose work quantization does. */
  readonly absorbed: ReadonlySet<Node>;
  /** By name, those that others take their scale from first. */
  readonly values: ReadonlyMap<string, QuantizedValue>;
}

/**
 * Decides where values are u8: around the nodes in `weighted`, and through operators between them that ONNX Runtime runs
 * on u8. A value is u8 where an integer node writes it or a weighted node reads it.
 *
 * Operators that compute or pool stay in float where they would have to quantize an input for themselves, or where no
 * integer node reads what they write: a result is not rounded to 8 bits for nothing.
 */
export function placeIntegers(graph: Graph, types: InferredTypes, weighted: ReadonlySet<Node>): IntegerPlacement {
  const nodes = sortNodes(graph.node);
  const scope: SiteScope = {
    types,
    consumers: consumersOf(nodes),
    graphOutputs: new Set(graph.output.map(({ name }) => name ?? '')),
  };
  const sites = new Map<Node, IntegerSite>();
  for (const node of nodes) {
    const site = integerSite(node, weighted.has(node), scope);
    if (site) sites.set(node, site);
  }
  while (removeUseless(sites)) {
    // What one site loses, another may lose too.
  }
  return placementOf(graph, sites, scope);
}

/** Takes out operators without weights that should not be integer; false where all that are left should. */
function removeUseless(sites: Map<Node, IntegerSite>): boolean {
  const read = new Set<string>();
  const readByWeighted = new Set<string>();
  const written = new Map<string, IntegerSite>();
  for (const site of sites.values()) {
    for (const value of site.activations) {
      read.add(value);
      if (site.kind === 'weighted') readByWeighted.add(value);
    }
    for (const value of site.outputs) written.set(value, site);
  }
  const useless = [...sites.values()].filter((site) => {
    if (site.kind === 'weighted') return false;
    const isAvailable = site.activations.every((value) => readByWeighted.has(value) || written.has(value));
    if (!isAvailable) return true;
    const isWanted = site.outputs.some((value) => read.has(value));
    const isGrounded = site.activations.every((value) => alwaysQuantized(written.get(value)));
    return !isWanted && (site.kind === 'computes' || !isGrounded);
  });
  for (const { node } of useless) sites.delete(node);
  return useless.length > 0;
}

/** A product of matrices can also be told in float; a convolution only in u8. */
function alwaysQuantized(site: IntegerSite | undefined): boolean {
  return site !== undefined && (site.kind !== 'weighted' || site.node.opType === 'Conv');
}

function placementOf(graph: Graph, sites: ReadonlyMap<Node, IntegerSite>, scope: SiteScope): IntegerPlacement {
  const read = new Set([...sites.values()].flatMap(({ activations }) => activations));
  const producers = producersOf(graph.node);
  const values = new Map<string, QuantizedValue>();
  const absorbed = new Set<Node>();
  const rootOf = (name: string): string => values.get(name)?.root ?? name;
  for (const site of sites.values()) {
    for (const name of site.activations) {
      if (!values.has(name)) values.set(name, floatValue(name, producers.get(name), sites, scope));
    }
    const isQuantized = alwaysQuantized(site) || site.outputs.some((name) => read.has(name));
    if (!isQuantized) continue;
    if (site.absorbed) absorbed.add(site.absorbed);
    const [first = ''] = site.activations;
    for (const name of site.outputs) {
      values.set(name, { root: site.kind === 'moves' ? rootOf(first) : name, clamp: site.clamp, source: undefined });
    }
  }
  for (const { source, root } of values.values()) {
    const producer = source === undefined || source === root ? undefined : producers.get(root);
    if (producer) absorbed.add(producer);
  }
  return { sites, absorbed, values };
}

/** A value that a float node writes and integer nodes read. */
function floatValue(
  name: string,
  producer: Node | undefined,
  sites: ReadonlyMap<Node, IntegerSite>,
  { types, consumers, graphOutputs }: SiteScope,
): QuantizedValue {
  const clamp = producer && clampOf(producer, types);
  // A Relu that float nodes read as well must be there for them.
  const isOnlyQuantized = !graphOutputs.has(name) && (consumers.get(name) ?? []).every((reader) => sites.has(reader));
  return { root: name, clamp, source: clamp && isOnlyQuantized ? (producer?.input[0] ?? name) : name };
}
