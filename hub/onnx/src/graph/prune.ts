import { type Graph, type Model, withGraph } from '../format/messages.ts';
import { valuesRead } from './topology.ts';

/** The model without nodes, constants and inputs that no output needs. Inputs in `keepInputs` stay. */
export function pruneModel(model: Model, keepInputs: ReadonlySet<string> = new Set()): Model {
  const { graph } = model;
  const needed = neededValues(graph);
  return withGraph(model, {
    node: graph.node.filter((node) => node.output.some((value) => needed.has(value))),
    initializer: graph.initializer.filter((constant) => needed.has(constant.name ?? '')),
    input: graph.input.filter(({ name }) => needed.has(name ?? '') || keepInputs.has(name ?? '')),
    valueInfo: graph.valueInfo.filter(({ name }) => needed.has(name ?? '')),
  });
}

/**
 * Names of the inputs that a caller has to give: without those that have a constant in their place, as exporters list
 * weights among the inputs. Without its constant such an input would have to be given.
 */
export function requiredInputs({ graph }: Model): ReadonlySet<string> {
  const constants = new Set(graph.initializer.map(({ name }) => name ?? ''));
  return new Set(graph.input.map(({ name }) => name ?? '').filter((name) => !constants.has(name)));
}

/** Every value that an output of the graph depends on, given nodes in topological order. */
export function neededValues(graph: Graph, outputs?: readonly string[]): Set<string> {
  const needed = new Set(outputs ?? graph.output.map((output) => output.name ?? ''));
  for (const node of graph.node.toReversed()) {
    if (node.output.some((value) => needed.has(value))) for (const value of valuesRead(node)) needed.add(value);
  }
  return needed;
}
