import { type Attribute, type Graph, type Node, newNode, type TensorProto, withFields } from '../format/messages.ts';
import { sparseName } from '../tensor/sparse-tensor.ts';

/** The parts of a graph that becomes part of another. */
export interface InlinedGraph {
  readonly nodes: readonly Node[];
  readonly initializers: readonly TensorProto[];
}

/**
 * A graph with new names for everything that it defines, also inside of its nodes, so that it can stand in another graph
 * more than once.
 *
 * @param inputs what its inputs are called outside
 * @param outputs what its outputs are called outside; '' for one that nobody wants
 */
export function inlinedGraph(
  graph: Graph,
  inputs: readonly string[],
  outputs: readonly string[],
  fresh: (prefix: string) => string,
): InlinedGraph {
  const given = new Map(graph.input.map(({ name }, index) => [name ?? '', inputs[index] ?? '']));
  const renamed = renamedGraph(graph, given, fresh);
  const ends = outputs.flatMap((output, index) => {
    const value = renamed.output[index]?.name ?? '';
    return output === '' || value === '' ? [] : [newNode({ opType: 'Identity', input: [value], output: [output] })];
  });
  return { nodes: [...renamed.node, ...ends], initializers: renamed.initializer };
}

function renamedGraph(graph: Graph, outer: ReadonlyMap<string, string>, fresh: (prefix: string) => string): Graph {
  const names = new Map(outer);
  const own = [...graph.initializer.map(({ name }) => name ?? ''), ...graph.sparseInitializer.map(sparseName)];
  for (const name of [...own, ...graph.node.flatMap(({ output }) => output)]) {
    if (name !== '') names.set(name, fresh(name));
  }
  const other = (name: string | null | undefined): string => names.get(name ?? '') ?? name ?? '';
  return withFields(graph, {
    node: graph.node.map((node) => renamedNode(node, names, fresh)),
    initializer: graph.initializer.map((entry) => withFields(entry, { name: other(entry.name) })),
    sparseInitializer: graph.sparseInitializer.map((entry) =>
      withFields(entry, { values: entry.values && withFields(entry.values, { name: other(sparseName(entry)) }) }),
    ),
    input: graph.input.map((entry) => withFields(entry, { name: other(entry.name) })),
    output: graph.output.map((entry) => withFields(entry, { name: other(entry.name) })),
    valueInfo: [],
  });
}

function renamedNode(node: Node, names: ReadonlyMap<string, string>, fresh: (prefix: string) => string): Node {
  const other = (name: string): string => names.get(name) ?? name;
  const inside = (graph: Graph): Graph => {
    const inputs = graph.input.map(({ name }): [string, string] => [name ?? '', fresh(name ?? '')]);
    return renamedGraph(graph, new Map([...names, ...inputs]), fresh);
  };
  const attribute = node.attribute.map(
    (entry): Attribute =>
      entry.g || entry.graphs.length > 0
        ? withFields(entry, { g: entry.g && inside(entry.g), graphs: entry.graphs.map(inside) })
        : entry,
  );
  const name = node.name ? fresh(node.name) : node.name;
  return withFields(node, { name, attribute, input: node.input.map(other), output: node.output.map(other) });
}
