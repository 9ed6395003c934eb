import type { Model, Node } from '../format/messages.ts';
import { sortNodes, valuesRead } from './topology.ts';
import { valuesBehind } from './values-behind.ts';

/**
 * Values that everything passes on its way from `input` to `output`, in order, both ends included: at each of them the
 * model falls into a front and a back that share nothing but constants and this value.
 *
 * Empty when `output` does not depend on `input`.
 */
export function separators(model: Model, input: string, output: string): string[] {
  const nodes = nodesBetween(model, input, output);
  if (nodes.length === 0) return input === output ? [input] : [];
  const lastReader = new Map<string, number>([[output, nodes.length]]);
  for (const [place, node] of nodes.entries()) {
    for (const value of valuesRead(node)) if (value !== output) lastReader.set(value, place);
  }
  const found = [input];
  // In any order of the nodes, a value that separates is the only one that later nodes still read when it is made:
  // every other node comes before it or behind it on each path.
  const open = new Set([input]);
  for (const [place, node] of nodes.entries()) {
    for (const value of node.output) if ((lastReader.get(value) ?? -1) > place) open.add(value);
    for (const value of open) if ((lastReader.get(value) ?? -1) <= place) open.delete(value);
    const [only] = open;
    if (open.size === 1 && only !== undefined && node.output.includes(only)) found.push(only);
  }
  return found;
}

/** Nodes that depend on `input` and that `output` depends on, in order. */
function nodesBetween(model: Model, input: string, output: string): Node[] {
  const behind = valuesBehind(model.graph, [input]);
  const dependent = sortNodes(model.graph.node).filter((node) => valuesRead(node).some((value) => behind.has(value)));
  const needed = new Set([output]);
  return dependent
    .toReversed()
    .filter((node) => {
      const isNeeded = node.output.some((value) => needed.has(value));
      if (isNeeded) for (const value of valuesRead(node)) needed.add(value);
      return isNeeded;
    })
    .toReversed();
}
