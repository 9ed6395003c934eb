import { ModelError } from '../errors.ts';
import type { Graph, Node } from '../format/messages.ts';

/** Every value that a node reads, also from inside its subgraphs (If, Loop, Scan), without left-out inputs. */
export function valuesRead(node: Node): string[] {
  const values = node.input.filter((value) => value !== '');
  for (const attribute of node.attribute) {
    for (const inner of attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs) {
      values.push(...outerValuesOf(inner));
    }
  }
  return values;
}

function outerValuesOf(graph: Graph): string[] {
  const own = new Set([...graph.input, ...graph.initializer].map((value) => value.name ?? ''));
  for (const node of graph.node) for (const value of node.output) own.add(value);
  const read = [...graph.node.flatMap(valuesRead), ...graph.output.map((value) => value.name ?? '')];
  return read.filter((value) => !own.has(value));
}

/** The node that writes each value. */
export function producersOf(nodes: readonly Node[]): Map<string, Node> {
  const producers = new Map<string, Node>();
  for (const node of nodes) for (const value of node.output) if (value !== '') producers.set(value, node);
  return producers;
}

/** The nodes that read each value. */
export function consumersOf(nodes: readonly Node[]): Map<string, Node[]> {
  const consumers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const value of new Set(valuesRead(node))) {
      const readers = consumers.get(value);
      if (readers) readers.push(node);
      else consumers.set(value, [node]);
    }
  }
  return consumers;
}

/**
 * The nodes so that each one comes after those it reads from; otherwise in the order given.
 *
 * @throws ModelError GRAPH_CYCLIC
 */
export function sortNodes(nodes: readonly Node[]): Node[] {
  const { sorted, rest } = partialSort(nodes);
  const [stuck] = rest;
  if (stuck) {
    const place = { node: stuck.name ?? '', operator: stuck.opType ?? '' };
    const message = `Graph must have no cycle, got one through node ${describeNode(stuck)}`;
    throw new ModelError('GRAPH_CYCLIC', message, { place });
  }
  return sorted;
}

/** The nodes in order, and those that are on a cycle or behind one. */
export function partialSort(nodes: readonly Node[]): { sorted: Node[]; rest: Node[] } {
  const producers = producersOf(nodes);
  const consumers = consumersOf(nodes);
  const missing = new Map(nodes.map((node) => [node, inputsFrom(node, producers)]));
  const sorted: Node[] = nodes.filter((node) => missing.get(node)?.size === 0);
  // The list grows while it is read: each sorted node releases those that only waited for it.
  for (const node of sorted) {
    for (const consumer of new Set(node.output.flatMap((value) => consumers.get(value) ?? []))) {
      const waitsFor = missing.get(consumer);
      if (waitsFor?.delete(node) && waitsFor.size === 0) sorted.push(consumer);
    }
  }
  const done = new Set(sorted);
  return { sorted: inGivenOrder(nodes, sorted), rest: nodes.filter((node) => !done.has(node)) };
}

function inputsFrom(node: Node, producers: Map<string, Node>): Set<Node> {
  const from = new Set<Node>();
  for (const value of valuesRead(node)) {
    const producer = producers.get(value);
    if (producer) from.add(producer);
  }
  return from;
}

function inGivenOrder(nodes: readonly Node[], sorted: Node[]): Node[] {
  const isSortedAlready = nodes.length === sorted.length && inOrder(nodes);
  return isSortedAlready ? [...nodes] : sorted;
}

function inOrder(nodes: readonly Node[]): boolean {
  const later = producersOf(nodes);
  for (const node of nodes) {
    if (valuesRead(node).some((value) => later.has(value))) return false;
    for (const value of node.output) later.delete(value);
  }
  return true;
}

/** Name and operator of a node for messages. */
export function describeNode(node: Node): string {
  return `${node.name || node.output[0] || '(unnamed)'} (${node.domain ? `${node.domain}.` : ''}${node.opType})`;
}
