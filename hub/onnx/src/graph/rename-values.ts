import { type Graph, type Node, withFields } from '../format/messages.ts';

/** The node with other names for itself and for the values that it reads and writes, also inside its graphs. */
export function renameInNode(node: Node, renamed: ReadonlyMap<string, string>): Node {
  const other = (name: string): string => renamed.get(name) ?? name;
  return withFields(node, {
    name: other(node.name ?? ''),
    input: node.input.map(other),
    output: node.output.map(other),
    attribute: node.attribute.map((attribute) =>
      attribute.g || attribute.graphs.length > 0
        ? withFields(attribute, {
            g: attribute.g && innerNames(attribute.g, renamed),
            graphs: attribute.graphs.map((graph) => innerNames(graph, renamed)),
          })
        : attribute,
    ),
  });
}

/** What a graph inside a node reads from outside gets its new name; its own names are left alone. */
function innerNames(graph: Graph, renamed: ReadonlyMap<string, string>): Graph {
  const own = [...graph.input, ...graph.initializer].map(({ name }) => name ?? '');
  const outer = new Map(renamed);
  for (const name of [...own, ...graph.node.flatMap(({ output }) => output)]) outer.delete(name);
  return withFields(graph, {
    node: graph.node.map((node) => renameInNode(node, outer)),
    output: graph.output.map((value) => withFields(value, { name: outer.get(value.name ?? '') ?? value.name })),
  });
}
