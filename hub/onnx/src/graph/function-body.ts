import { type Attribute, type Graph, type ModelFunction, type Node, newGraph, withFields } from '../format/messages.ts';
import { plainDomain } from './domain.ts';

type Name = string | null | undefined;

/** What a node calls a function of the model by. Names of functions and domains hold no zero bytes. */
export function functionKey({ domain, opType, overload }: Node): string {
  return keyOf(domain, opType, overload);
}

function keyOf(domain: Name, name: Name, overload: Name): string {
  return [plainDomain(domain), name ?? '', overload ?? ''].join('\0');
}

/** The functions of a model, by `functionKey`. */
export function functionsByKey(functions: readonly ModelFunction[]): Map<string, ModelFunction> {
  return new Map(functions.map((entry) => [keyOf(entry.domain, entry.name, entry.overload), entry]));
}

/**
 * The body of a function as a node calls it: the attributes that refer to the function's own have the node's values, or
 * the function's defaults. Inputs and outputs are called as in the function and have no types.
 */
export function functionBody(called: ModelFunction, node: Node): Graph {
  const given = new Map([...called.attributeProto, ...node.attribute].map((entry) => [entry.name ?? '', entry]));
  return newGraph({
    name: called.name,
    node: called.node.map((entry) => withAttributes(entry, given)),
    input: called.input.map((name) => ({ name }) as Graph['input'][number]),
    output: called.output.map((name) => ({ name }) as Graph['output'][number]),
    valueInfo: called.valueInfo,
  });
}

function withAttributes(node: Node, given: ReadonlyMap<string, Attribute>): Node {
  const attribute = node.attribute.flatMap((entry): Attribute[] => {
    if (entry.refAttrName) {
      const value = given.get(entry.refAttrName);
      // An attribute that neither the call nor a default gives is left out.
      return value ? [withFields(value, { name: entry.name })] : [];
    }
    if (!entry.g && entry.graphs.length === 0) return [entry];
    const inside = (graph: Graph): Graph =>
      withFields(graph, { node: graph.node.map((inner) => withAttributes(inner, given)) });
    return [withFields(entry, { g: entry.g && inside(entry.g), graphs: entry.graphs.map(inside) })];
  });
  return withFields(node, { attribute });
}
