import { onnx } from '#onnx';
import type { Graph, Model, ModelFunction, Node, TensorProto, ValueInfo } from '../format/messages.ts';
import { plainDomain } from '../graph/domain.ts';
import { functionsByKey } from '../graph/function-body.ts';
import { valueTypeOf } from '../graph/value-type.ts';
import { dataTypeName } from '../tensor/element-type.ts';
import { sparseName } from '../tensor/sparse-tensor.ts';
import { matchNodes, type NodeChange, type NodeSummary, nodeChanges, nodeLabel } from './diff-nodes.ts';
import { allGraphs, innerGraphs } from './model-graphs.ts';
import type { ValueSummary } from './model-stats.ts';
import { nodesPerOperator, operatorOf } from './node-counts.ts';
import { type TensorDifference, tensorDifference } from './tensor-difference.ts';

/** Something that has a name, before and after; `undefined` where it is not there. */
export interface Change<Value> {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export interface TensorSummary {
  /** The standard's word: FLOAT, INT64, ... */
  readonly type: string;
  readonly dims: readonly number[];
}

export interface TensorChange extends Change<TensorSummary> {
  /** Where type and shape are the same. */
  readonly difference?: TensorDifference;
}

/** What is different between two models; every list is empty where nothing is. */
export interface ModelDifferences {
  readonly isEqual: boolean;
  /** Of the file: IR version, producer, metadata, order of inputs. */
  readonly fields: readonly Change<string>[];
  /** By domain; '' is the standard's own. */
  readonly opsets: readonly Change<number>[];
  readonly inputs: readonly Change<ValueSummary>[];
  readonly outputs: readonly Change<ValueSummary>[];
  /** Number of nodes by operator. */
  readonly operators: readonly Change<number>[];
  readonly initializers: readonly TensorChange[];
  readonly nodes: {
    readonly added: readonly NodeSummary[];
    readonly removed: readonly NodeSummary[];
    readonly changed: readonly NodeChange[];
  };
  readonly functions: readonly Change<string>[];
}

/**
 * Compares two models: nodes by name or output, constants by name and value, also inside of nodes.
 *
 * The order of nodes, the types that a file declares of inner values, descriptions, and how values are stored do not
 * count.
 */
export function diffModels(before: Model, after: Model): ModelDifferences {
  const graphs = new GraphDifferences();
  graphs.compare(before.graph, after.graph, '');
  const parts = {
    fields: fieldChanges(before, after),
    opsets: changes(opsetsOf(before), opsetsOf(after)),
    inputs: changedBy(valuesOf(before, 'input'), valuesOf(after, 'input'), valueKey, summaryOf),
    outputs: changedBy(valuesOf(before, 'output'), valuesOf(after, 'output'), valueKey, summaryOf),
    operators: changes(operatorsOf(before), operatorsOf(after)).sort(byName),
    initializers: graphs.initializers,
    functions: changedBy(functionsOf(before), functionsOf(after), functionKeyOf, functionText),
  };
  const nodes = { added: graphs.added, removed: graphs.removed, changed: graphs.changed };
  const isEqual = [...Object.values(parts), ...Object.values(nodes)].every((list) => list.length === 0);
  return { isEqual, ...parts, nodes };
}

function byName(left: Change<unknown>, right: Change<unknown>): number {
  return left.name.localeCompare(right.name);
}

/** Entries that are not the same on both sides, by name. */
function changes<Value>(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): Change<Value>[] {
  return changedBy(before, after, JSON.stringify, (value) => value);
}

/** @param key what two entries must have in common to be the same */
function changedBy<Entry, Value>(
  before: ReadonlyMap<string, Entry>,
  after: ReadonlyMap<string, Entry>,
  key: (entry: Entry) => string,
  show: (entry: Entry) => Value,
): Change<Value>[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [left, right] = [before.get(name), after.get(name)];
    if (left !== undefined && right !== undefined && key(left) === key(right)) return [];
    return [{ name, before: left && show(left), after: right && show(right) }];
  });
}

function fieldChanges(before: Model, after: Model): Change<string>[] {
  return changes(fieldsOf(before, after), fieldsOf(after, before));
}

function fieldsOf(model: Model, other: Model): Map<string, string> {
  const { graph } = model;
  const fields: [string, string | null | undefined][] = [
    ['IR version', model.irVersion?.toString()],
    ['producer', [model.producerName, model.producerVersion].filter(Boolean).join(' ')],
    ['domain', model.domain],
    ['model version', model.modelVersion?.toString()],
    ['graph name', graph.name],
    ['training info', model.trainingInfo.length > 0 ? String(model.trainingInfo.length) : ''],
    ...model.metadataProps.map(({ key, value }): [string, string] => [`metadata ${key}`, value ?? '']),
  ];
  for (const kind of ['input', 'output'] as const) {
    // Only where the names are the same: otherwise they are in the list of added and removed ones.
    const [own, others] = [graph[kind], other.graph[kind]].map((list) => list.map(({ name }) => name ?? ''));
    const isSameSet = own?.toSorted().join('\0') === others?.toSorted().join('\0');
    if (isSameSet) fields.push([`order of ${kind}s`, own?.join(', ')]);
  }
  return new Map(fields.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

function opsetsOf({ opsetImport }: Model): Map<string, number> {
  return new Map(opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version ?? 1)]));
}

function operatorsOf({ graph }: Model): Map<string, number> {
  return new Map(Object.entries(nodesPerOperator(allGraphs(graph).flatMap(({ node }) => node))));
}

function valuesOf({ graph }: Model, kind: 'input' | 'output'): Map<string, ValueInfo> {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const values = graph[kind].filter(({ name }) => kind === 'output' || !constants.has(name));
  return new Map(values.map((info) => [info.name ?? '', info]));
}

function summaryOf(info: ValueInfo): ValueSummary {
  return { name: info.name ?? '', ...valueTypeOf(info) };
}

/** Types that are no tensors have no summary, so the whole type counts. */
function valueKey({ type }: ValueInfo): string {
  return type ? onnx.TypeProto.encode(type).finish().join() : '';
}

function functionsOf(model: Model): Map<string, ModelFunction> {
  const functions = [...functionsByKey(model.functions).values()];
  return new Map(
    functions.map((entry) => [[entry.domain, entry.name, entry.overload].filter(Boolean).join('.'), entry]),
  );
}

function functionKeyOf(entry: ModelFunction): string {
  return onnx.FunctionProto.encode(entry as never)
    .finish()
    .join();
}

function functionText({ node }: ModelFunction): string {
  return node.length === 1 ? '1 node' : `${node.length} nodes`;
}

/** Collects what differs in two graphs and in the graphs inside of nodes that are in both. */
class GraphDifferences {
  readonly initializers: TensorChange[] = [];
  readonly added: NodeSummary[] = [];
  readonly removed: NodeSummary[] = [];
  readonly changed: NodeChange[] = [];

  compare(before: Graph, after: Graph, path: string): void {
    this.#compareConstants(before, after, path);
    const { pairs, added, removed } = matchNodes(before, after);
    this.added.push(...added.map((node) => summarized(node, path)));
    this.removed.push(...removed.map((node) => summarized(node, path)));
    for (const [left, right] of pairs) {
      const found = nodeChanges(left, right);
      if (found.length > 0) this.changed.push({ ...summarized(right, path), changes: found });
      this.#compareInner(left, right, path);
    }
  }

  #compareInner(before: Node, after: Node, path: string): void {
    if (innerGraphs(before).length === 0 || innerGraphs(after).length === 0) return;
    for (const { name, g } of before.attribute) {
      const other = after.attribute.find((attribute) => attribute.name === name)?.g;
      if (g && other) this.compare(g, other, `${path}${nodeLabel(after)}/${name}/`);
    }
  }

  #compareConstants(before: Graph, after: Graph, path: string): void {
    const [left, right] = [constantsOf(before), constantsOf(after)];
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const change = tensorChange(`${path}${name}`, left.get(name), right.get(name));
      if (change) this.initializers.push(change);
    }
  }
}

function summarized(node: Node, path: string): NodeSummary {
  return { node: `${path}${nodeLabel(node)}`, operator: operatorOf(node) };
}

/** Sparse ones by their two parts. */
function constantsOf(graph: Graph): Map<string, TensorProto> {
  const sparse = graph.sparseInitializer.flatMap((entry): [string, TensorProto][] => [
    ...(entry.values ? [[`${sparseName(entry)} (values)`, entry.values] as [string, TensorProto]] : []),
    ...(entry.indices ? [[`${sparseName(entry)} (indices)`, entry.indices] as [string, TensorProto]] : []),
  ]);
  return new Map([...graph.initializer.map((entry): [string, TensorProto] => [entry.name ?? '', entry]), ...sparse]);
}

function tensorChange(
  name: string,
  left: TensorProto | undefined,
  right: TensorProto | undefined,
): TensorChange | undefined {
  const [before, after] = [left && tensorSummary(left), right && tensorSummary(right)];
  if (!left || !right || JSON.stringify(before) !== JSON.stringify(after)) return { name, before, after };
  const difference = tensorDifference(left, right);
  return difference && { name, before, after, difference };
}

function tensorSummary({ dataType, dims }: TensorProto): TensorSummary {
  return { type: dataTypeName(dataType ?? 0), dims: dims.map(Number) };
}
