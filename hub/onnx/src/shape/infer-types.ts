import type { Graph, Model, Node } from '../format/messages.ts';
import { plainDomain } from '../graph/domain.ts';
import { functionsByKey } from '../graph/function-body.ts';
import type { Dim, ValueType } from '../graph/value-type.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Constants } from './constants.ts';
import type { ShapeContext } from './shape-rule.ts';
import { TypeScope } from './type-scope.ts';

/** What is known about the values of a graph without running it. */
export interface InferredTypes {
  /** Constants of the graph, and of the graphs around it. */
  readonly constants: Constants;
  /** Type of a value; both parts are undefined where nothing is known. */
  typeOf(value: string): ValueType;
  /** A small value that is the same in every run: a constant, or computed from constants and known sizes. */
  valueOf(value: string): Tensor | undefined;
  /** Entries of a small integer value of at most one dimension, some of which may be symbols or unknown. */
  sizesOf(value: string): readonly Dim[] | undefined;
  /** A node as the rules of this package see it. */
  contextOf(node: Node): ShapeContext;
  /** What is known inside of a graph of a node (If, Loop, Scan) of this one. */
  within(graph: Graph): InferredTypes | undefined;
}

/** First IR version in which an initializer that is also an input can be replaced by the caller. */
const OVERRIDABLE_SINCE_IR = 4;

/**
 * Element types and shapes of the values of a model, with symbolic dimensions carried through.
 *
 * Small integer values, such as the shapes that exporters compute, are followed as far as they are known. Graphs inside
 * of nodes are inferred with what is around them, functions with what they are called with. What a rule finds counts
 * more than what the file declares; behind an operator without a rule, only the file's declarations are known.
 *
 * @throws ModelError GRAPH_CYCLIC
 */
export function inferTypes(model: Model): InferredTypes {
  const opsets = model.opsetImport.map(({ domain, version }): [string, number] => [
    plainDomain(domain),
    Number(version ?? 1),
  ]);
  return new TypeScope(model.graph, {
    opsets: new Map(opsets),
    functions: functionsByKey(model.functions),
    depth: 0,
    overridable: overridableNames(model),
  });
}

/** Initializers that are only defaults: inputs of the same name take their place. */
export function overridableNames({ graph, irVersion }: Model): Set<string> {
  if (Number(irVersion ?? 0) < OVERRIDABLE_SINCE_IR) return new Set();
  const inputs = new Set(graph.input.map(({ name }) => name ?? ''));
  return new Set(graph.initializer.map(({ name }) => name ?? '').filter((name) => inputs.has(name)));
}
