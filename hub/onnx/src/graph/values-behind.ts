import type { Graph } from '../format/messages.ts';
import { sortNodes, valuesRead } from './topology.ts';

/** The given values of a graph and every value that depends on one of them. */
export function valuesBehind(graph: Graph, values: Iterable<string>): Set<string> {
  const behind = new Set(values);
  for (const node of sortNodes(graph.node)) {
    if (!valuesRead(node).some((value) => behind.has(value))) continue;
    for (const value of node.output) if (value !== '') behind.add(value);
  }
  return behind;
}
