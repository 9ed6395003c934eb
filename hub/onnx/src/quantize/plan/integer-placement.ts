import type { Graph, Node } from '../../format/messages.ts';
import { consumersOf, producersOf, sortNodes } from '../../graph/topology.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import { type Clamp, clampOf } from './clamp.ts';
import { type IntegerSite, integerSite, type SiteScope } from './integer-site.ts';
import { nodeName } from './node-name.ts';

/** A value that is u8. */
export interface QuantizedValue {
  /** The value whose range decides: itself, or what an operator read that leaves the integers as they are. */
  readonly root: string;
  /** The value is so many times the root with the same integers. */
  readonly factor: number;
  /** Bounds of a Relu or Clip that wrote it. */
  readonly clamp: Clamp | undefined;
  /** For a value that a float node writes: what is quantized, before a Relu or Clip that goes. */
  readonly source: string | undefined;
  /** For a value that a float MaxPool writes: its channels, where they are known. */
  readonly pooledChannels?: number;
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
 *
 * @param excluded names of nodes that stay in float
 */
export function placeIntegers(
  graph: Graph,
  types: InferredTypes,
  weighted: ReadonlySet<Node>,
  excluded: ReadonlySet<string>,
): IntegerPlacement {
  const nodes = sortNodes(graph.node);
  const scope: SiteScope = {
    types,
    consumers: consumersOf(nodes),
    graphOutputs: new Set(graph.output.map(({ name }) => name ?? '')),
  };
  const sites = new Map<Node, IntegerSite>();
  for (const node of nodes) {
    const site = excluded.has(nodeName(node)) ? undefined : integerSite(node, weighted.has(node), scope);
    if (site) sites.set(node, site);
  }
  while (removeUseless(sites, scope)) {
    // What one site loses, another may lose too.
  }
  return placementOf(graph, sites, scope);
}

/** Takes out operators without weights that should not be integer; false where all that are left should. */
function removeUseless(sites: Map<Node, IntegerSite>, scope: SiteScope): boolean {
  const order = [...sites.values()];
  const useful = usefulSites(order);
  const written = new Map<string, IntegerSite>();
  const readByWeighted = new Set(order.filter(isWeighted).flatMap(({ activations }) => activations));
  const grounded = new Set<IntegerSite>();
  const useless = order.filter((site) => {
    for (const value of site.outputs) written.set(value, site);
    if (isWeighted(site)) return false;
    const isAvailable = site.activations.every((value) => readByWeighted.has(value) || written.has(value));
    const isGrounded = site.activations.every((value) => {
      const writer = written.get(value);
      return (
        writer !== undefined &&
        alwaysQuantized(writer, scope) &&
        (isWeighted(writer) || useful.has(writer) || grounded.has(writer))
      );
    });
    if (isGrounded) grounded.add(site);
    return !isAvailable || (!useful.has(site) && (site.kind === 'computes' || !isGrounded));
  });
  for (const { node } of useless) sites.delete(node);
  return useless.length > 0;
}

/** Sites with weights, and those whose results reach one. */
function usefulSites(order: readonly IntegerSite[]): ReadonlySet<IntegerSite> {
  const useful = new Set<IntegerSite>();
  const wanted = new Set<string>();
  for (const site of order.toReversed()) {
    if (!isWeighted(site) && !site.outputs.some((value) => wanted.has(value))) continue;
    useful.add(site);
    for (const value of site.activations) wanted.add(value);
  }
  return useful;
}

function isWeighted({ kind }: IntegerSite): boolean {
  return kind === 'weighted';
}

/**
 * A product of matrices can also be told in float; a convolution only in u8. Neither can a product whose Relu or Clip
 * float nodes read: ONNX Runtime fuses the two in float and unpacks the weights in every run.
 */
function alwaysQuantized(site: IntegerSite, { consumers }: SiteScope): boolean {
  if (!isWeighted(site) || site.node.opType === 'Conv') return true;
  return site.absorbed !== undefined && site.outputs.some((name) => (consumers.get(name) ?? []).length > 0);
}

function placementOf(graph: Graph, sites: ReadonlyMap<Node, IntegerSite>, scope: SiteScope): IntegerPlacement {
  const readByAny = new Set([...sites.values()].flatMap(({ activations }) => activations));
  const producers = producersOf(graph.node);
  const values = new Map<string, QuantizedValue>();
  const absorbed = new Set<Node>();
  for (const site of sites.values()) {
    for (const name of site.activations) {
      if (!values.has(name)) values.set(name, floatValue(name, producers.get(name), sites, scope));
    }
    const isQuantized = alwaysQuantized(site, scope) || site.outputs.some((name) => readByAny.has(name));
    if (!isQuantized) continue;
    if (site.absorbed) absorbed.add(site.absorbed);
    const read = site.kind === 'moves' || site.kind === 'scales' ? values.get(site.activations[0] ?? '') : undefined;
    for (const name of site.outputs) {
      const [root, factor] = read ? [read.root, read.factor * site.factor] : [name, 1];
      values.set(name, { root, factor, clamp: site.clamp, source: undefined });
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
  const channels = producer?.opType === 'MaxPool' ? types.typeOf(name).dims?.[1] : undefined;
  const pooled = typeof channels === 'number' ? { pooledChannels: channels } : {};
  return {
    ...pooled,
    root: name,
    factor: 1,
    clamp,
    source: clamp && isOnlyQuantized ? (producer?.input[0] ?? name) : name,
  };
}
