import { type Graph, type Model, withFields } from '../format/messages.ts';
import { functionKey, functionsByKey } from '../graph/function-body.ts';
import { neededValues } from '../graph/prune.ts';
import { describeNode, sortNodes } from '../graph/topology.ts';
import { allNodes, innerGraphs } from '../inspect/model-graphs.ts';
import { sparseName } from '../tensor/sparse-tensor.ts';
import type { Pass } from './pass.ts';
import { passResult } from './rewrite-graphs.ts';

/** Takes out nodes, constants and functions that no output needs. Inputs stay, so that callers need not change. */
export const removeDead: Pass = (model) => {
  const changes: string[] = [];
  const graph = alive(model.graph, changes);
  const functions = usedFunctions(model, graph, changes);
  const after = changes.length === 0 ? model : withFields(model, { graph, functions });
  return passResult(model, after, 'remove-dead', changes);
};

function alive(graph: Graph, changes: string[]): Graph {
  const before = changes.length;
  // Inner graphs first: what only their dead nodes read is dead too.
  const inner = graph.node.map((node) => {
    if (innerGraphs(node).length === 0) return node;
    const attribute = node.attribute.map((entry) =>
      withFields(entry, {
        g: entry.g && alive(entry.g, changes),
        graphs: entry.graphs.map((body) => alive(body, changes)),
      }),
    );
    return withFields(node, { attribute });
  });
  const needed = neededValues(withFields(graph, { node: sortNodes(inner) }));
  const inputs = new Set(graph.input.map(({ name }) => name ?? ''));
  const keeps = (name: string, kind: string): boolean => {
    const isKept = needed.has(name) || inputs.has(name);
    if (!isKept) changes.push(`${kind} ${name} was not used`);
    return isKept;
  };
  const node = inner.filter((entry) => {
    const isKept = entry.output.some((value) => needed.has(value));
    if (!isKept) changes.push(`${describeNode(entry)} was not used`);
    return isKept;
  });
  const initializer = graph.initializer.filter(({ name }) => keeps(name ?? '', 'constant'));
  const sparseInitializer = graph.sparseInitializer.filter((sparse) => keeps(sparseName(sparse), 'constant'));
  if (changes.length === before) return graph;
  const valueInfo = graph.valueInfo.filter(({ name }) => needed.has(name ?? ''));
  return withFields(graph, { node, initializer, sparseInitializer, valueInfo });
}

function usedFunctions(model: Model, graph: Graph, changes: string[]): Model['functions'] {
  const functions = functionsByKey(model.functions);
  const used = new Set<string>();
  const follow = (keys: readonly string[]): void => {
    for (const key of keys) {
      const called = functions.get(key);
      if (!called || used.has(key)) continue;
      used.add(key);
      follow(allNodes(called.node).map(functionKey));
    }
  };
  follow(allNodes(graph.node).map(functionKey));
  return [...functions].flatMap(([key, entry]) => {
    if (used.has(key)) return [entry];
    changes.push(`function ${entry.name} was not used`);
    return [];
  });
}
