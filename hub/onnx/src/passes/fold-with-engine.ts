import { type Model, type Node, withFields } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { functionKey, functionsByKey } from '../graph/function-body.ts';
import { Names } from '../graph/names.ts';
import { valuesRead } from '../graph/topology.ts';
import { toValueInfo } from '../graph/value-type.ts';
import { allNodes } from '../inspect/model-graphs.ts';
import { type InferredTypes, inferTypes, overridableNames } from '../shape/infer-types.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { storeResults } from './fold-constants.ts';
import { type FoldingLimit, isWithin, tensorSize } from './folding-limit.ts';
import { GraphEdit } from './graph-edit.ts';
import type { PassResult } from './pass.ts';
import { RANDOM_OPERATORS } from './random-operators.ts';
import { passResult } from './rewrite-graphs.ts';

/** Runs a model without inputs and gives its outputs by name: what a runtime is asked for. */
export type Evaluate = (model: Model) => Promise<ReadonlyMap<string, Tensor>>;

/**
 * Computes every node of the graph whose inputs are constants with a runtime: all of them in one run.
 *
 * Nodes that draw random numbers are left alone, and so are results that are larger than the limit and larger than what
 * they are made of. Graphs inside of nodes keep their nodes.
 */
export async function foldWithEngine(model: Model, evaluate: Evaluate, limit: FoldingLimit = {}): Promise<PassResult> {
  const types = inferTypes(model);
  const names = Names.of(model.graph);
  const edit = new GraphEdit({ graph: model.graph, types, names, overridable: overridableNames(model) });
  const foldable = foldableNodes(model, edit);
  const wanted = wantedValues(edit, foldable, types);
  if (wanted.length === 0) return passResult(model, model, 'fold-with-engine', []);
  const results = await evaluate(constantPart(model, foldable, wanted, types));
  const madeOf = constantBytes(edit, foldable);
  // From the end, because a node can go once nothing reads what is not stored of it.
  for (const node of foldable.toReversed()) {
    const values = node.output.map((name) => results.get(name));
    const isStored = node.output.every((name, index) => {
      const value = values[index];
      return name === '' || edit.readers(name).length === 0 || (value && isWithin(limit, value, madeOf.get(node) ?? 0));
    });
    const isWanted = node.output.some((name) => wanted.includes(name));
    if (isWanted && isStored) storeResults(edit, node, values as Tensor[]);
  }
  return passResult(model, withFields(model, { graph: edit.finish() }), 'fold-with-engine', edit.changes);
}

/** Nodes that depend on constants only, in order. */
function foldableNodes(model: Model, edit: GraphEdit): Node[] {
  const functions = functionsByKey(model.functions);
  const known = new Set<string>();
  const isRandom = (node: Node): boolean =>
    allNodes([node]).some((entry) => RANDOM_OPERATORS.has(entry.opType ?? '') || functions.has(functionKey(entry)));
  return edit.nodes.filter((node) => {
    if (!isStandardDomain(node.domain) || node.opType === 'Constant' || isRandom(node)) return false;
    if (!valuesRead(node).every((value) => known.has(value) || edit.isConstant(value))) return false;
    for (const value of node.output) known.add(value);
    return true;
  });
}

/** Values of known type that other nodes, or callers, read from the foldable ones. */
function wantedValues(edit: GraphEdit, foldable: readonly Node[], types: InferredTypes): string[] {
  const inside = new Set(foldable);
  const values = foldable.flatMap(({ output }) => output).filter((value) => value !== '');
  const isWanted = (value: string): boolean =>
    edit.isOutput(value) || edit.readers(value).some((reader) => !inside.has(reader));
  return values.filter((value) => isWanted(value) && types.typeOf(value).type !== undefined);
}

function constantPart(model: Model, foldable: readonly Node[], wanted: readonly string[], types: InferredTypes): Model {
  const read = new Set(foldable.flatMap(valuesRead));
  const isConstantNode = (node: Node): boolean => node.opType === 'Constant' && read.has(node.output[0] ?? '');
  const inside = new Set(foldable);
  return withFields(model, {
    graph: withFields(model.graph, {
      node: model.graph.node.filter((node) => inside.has(node) || isConstantNode(node)),
      initializer: model.graph.initializer.filter(({ name }) => read.has(name ?? '')),
      input: [],
      output: wanted.map((value) => toValueInfo(value, { ...types.typeOf(value), dims: undefined })),
      valueInfo: [],
    }),
  });
}

/** Bytes of the constants that each node is computed from, also by way of others. */
function constantBytes(edit: GraphEdit, foldable: readonly Node[]): Map<Node, number> {
  const sources = new Map<string, ReadonlySet<string>>();
  const bytes = new Map<Node, number>();
  for (const node of foldable) {
    const own = new Set(valuesRead(node).flatMap((value) => [...(sources.get(value) ?? [value])]));
    for (const value of node.output) sources.set(value, own);
    bytes.set(
      node,
      [...own].reduce((sum, value) => sum + sizeOf(edit.constant(value)), 0),
    );
  }
  return bytes;
}

function sizeOf(value: Tensor | undefined): number {
  return value ? tensorSize(value) : 0;
}
