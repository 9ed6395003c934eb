import type { Graph, Node } from '../format/messages.ts';

/** The graphs inside of a node (If, Loop, Scan). */
export function innerGraphs({ attribute }: Node): Graph[] {
  return attribute.flatMap(({ g, graphs }) => (g ? [g, ...graphs] : graphs));
}

/** The graph and those inside its nodes. */
export function allGraphs(graph: Graph): Graph[] {
  return [graph, ...graph.node.flatMap(innerGraphs).flatMap(allGraphs)];
}

/** The nodes and those of the graphs inside of them. */
export function allNodes(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...innerGraphs(node).flatMap((graph) => allNodes(graph.node))]);
}
