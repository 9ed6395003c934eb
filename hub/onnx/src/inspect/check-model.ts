import { onnx } from '#onnx';
import { ModelError } from '../errors.ts';
import type { Graph, Model, Node, SparseTensorProto, TensorProto } from '../format/messages.ts';
import { isStandardDomain, plainDomain } from '../graph/domain.ts';
import { functionKey, functionsByKey } from '../graph/function-body.ts';
import { describeNode, partialSort } from '../graph/topology.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { elementTypeOf } from '../tensor/element-type.ts';
import { externalFileOf, hasExternalData } from '../tensor/external-data.ts';
import { decodeSparseTensor } from '../tensor/sparse-tensor.ts';
import { tensorBytes } from '../tensor/tensor-bytes.ts';
import { fault, type ModelFault, placeOf } from './model-fault.ts';
import { allGraphs, allNodes } from './model-graphs.ts';
import { operatorFaults } from './operator-faults.ts';

/** Oldest and newest version of each operator set that is accepted: what ONNX Runtime 1.30 loads. */
export const KNOWN_OPSETS: Readonly<Record<string, readonly [oldest: number, newest: number]>> = {
  '': [7, 26],
  'ai.onnx.ml': [1, 5],
  'com.microsoft': [1, 1],
};

/**
 * Structural faults of a model: cycles, values that nothing defines or that two things define, external data, unknown
 * operators and operator sets, nodes that are not what the standard says of their operator. An empty list does not
 * promise that the types fit: `checkTypes`.
 */
export function checkModel(model: Model): ModelFault[] {
  return [
    ...opsetFaults(model),
    ...graphFaults(model.graph, new Set()),
    ...schemaFaults(model),
    ...tensorFaults(model.graph),
  ];
}

/** Nodes of the standard domain against its description of their operators, those of functions too. */
function schemaFaults(model: Model): ModelFault[] {
  const functions = functionsByKey(model.functions);
  const bodies = [{ node: model.graph.node, opsetImport: model.opsetImport }, ...model.functions];
  return bodies.flatMap(({ node, opsetImport }) => {
    const standard = opsetImport.find(({ domain }) => isStandardDomain(domain));
    if (!standard) return [];
    const own = allNodes(node).filter((entry) => isStandardDomain(entry.domain) && !functions.has(functionKey(entry)));
    return own.flatMap((entry) => operatorFaults(entry, Number(standard.version ?? 1)));
  });
}

function opsetFaults(model: Model): ModelFault[] {
  const functionDomains = new Set(model.functions.map(({ domain }) => plainDomain(domain)));
  const imported = new Map(model.opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version ?? 0)]));
  const nodes = allNodes(model.graph.node);
  // Exporters import domains of which they use nothing.
  const used = new Set(nodes.map(({ domain }) => plainDomain(domain)));
  const faults: ModelFault[] = [];
  for (const [domain, version] of imported) {
    const known = Object.hasOwn(KNOWN_OPSETS, domain) ? KNOWN_OPSETS[domain] : undefined;
    const label = domain === '' ? 'ai.onnx' : domain;
    if (known ? version >= known[0] && version <= known[1] : functionDomains.has(domain) || !used.has(domain)) continue;
    const expected = known ? `between ${known[0]} and ${known[1]}` : 'of a known domain';
    faults.push(fault('OPSET_UNKNOWN', `Operator set ${label} must be ${expected}, got version ${version}`));
  }
  for (const node of nodes) {
    if (imported.has(plainDomain(node.domain))) continue;
    const message = `Node ${describeNode(node)} must use an imported operator set, got domain '${node.domain ?? ''}'`;
    faults.push(fault('OPSET_MISSING', message, placeOf(node)));
  }
  return faults;
}

function graphFaults(graph: Graph, outer: ReadonlySet<string>): ModelFault[] {
  const faults = duplicateFaults(graph, outer);
  const { sorted, rest } = partialSort(graph.node);
  for (const node of rest) {
    faults.push(fault('CYCLE', `Node ${describeNode(node)} must not be on or behind a cycle`, placeOf(node)));
  }
  if (rest.length === 0 && sorted.some((node, index) => node !== graph.node[index])) {
    faults.push(fault('NOT_SORTED', 'Nodes must be in topological order, got a node before one that it reads from'));
  }
  const defined = new Set([...outer, ...namesOf(graph)]);
  for (const node of graph.node) faults.push(...nodeFaults(node, defined));
  return [...faults, ...outputFaults(graph, defined)];
}

function namesOf(graph: Graph): string[] {
  const sparse = graph.sparseInitializer.map(({ values }) => values?.name ?? '');
  const declared = [...graph.input, ...graph.initializer].map(({ name }) => name ?? '');
  return [...declared, ...sparse, ...graph.node.flatMap(({ output }) => output)];
}

function nodeFaults(node: Node, defined: ReadonlySet<string>): ModelFault[] {
  const faults: ModelFault[] = [];
  if (!node.opType) {
    faults.push(fault('OPERATOR_MISSING', `Node ${node.name ?? ''} must name an operator, got none`, placeOf(node)));
  }
  for (const value of node.input) {
    if (value === '' || defined.has(value)) continue;
    const message = `Input ${value} of node ${describeNode(node)} must be defined, got no such value`;
    faults.push(fault('VALUE_UNDEFINED', message, { ...placeOf(node), value }));
  }
  for (const { g, graphs } of node.attribute) {
    for (const inner of g ? [g, ...graphs] : graphs) faults.push(...graphFaults(inner, defined));
  }
  return faults;
}

function outputFaults(graph: Graph, defined: ReadonlySet<string>): ModelFault[] {
  if (graph.output.length === 0) return [fault('OUTPUT_MISSING', 'Graph must have an output, got none')];
  return graph.output
    .map(({ name }) => name ?? '')
    .filter((name) => !defined.has(name))
    .map((name) => fault('OUTPUT_UNDEFINED', `Output ${name} must be defined, got no such value`, { value: name }));
}

// An initializer may have the name of an input (it is then the default); everything else is defined once.
function duplicateFaults(graph: Graph, outer: ReadonlySet<string>): ModelFault[] {
  const seen = new Set(outer);
  const faults: ModelFault[] = [];
  const define = (value: string): void => {
    if (value === '') return;
    if (seen.has(value)) {
      faults.push(fault('VALUE_DUPLICATE', `Value ${value} must be defined once, got it again`, { value }));
    }
    seen.add(value);
  };
  const inputs = new Set(graph.input.map(({ name }) => name ?? ''));
  for (const { name } of graph.input) define(name ?? '');
  const initializers = graph.initializer.map(({ name }) => name ?? '');
  for (const [index, name] of initializers.entries()) {
    if (!inputs.has(name) || initializers.indexOf(name) !== index) define(name);
  }
  for (const value of graph.node.flatMap(({ output }) => output)) define(value);
  return faults;
}

function tensorFaults(root: Graph): ModelFault[] {
  return allGraphs(root).flatMap(({ initializer, sparseInitializer, node }) => [
    ...initializer.flatMap(tensorFault),
    ...node.flatMap(({ attribute }) =>
      attribute.flatMap(({ t, tensors }) => (t ? [t, ...tensors] : tensors).flatMap(tensorFault)),
    ),
    ...sparseInitializer.flatMap(sparseFault),
  ]);
}

function tensorFault(tensor: TensorProto): ModelFault[] {
  const value = tensor.name ?? '';
  if (hasExternalData(tensor)) {
    const message = `Tensor ${value} must be inside the model file, got a reference to ${externalFileOf(tensor)}`;
    return [fault('EXTERNAL_DATA', message, { value })];
  }
  const dims = tensor.dims.map(Number);
  if (dims.some((dim) => dim < 0)) {
    return [fault('TENSOR_MALFORMED', `Tensor ${value} must have sizes of at least 0, got [${dims}]`, { value })];
  }
  const expected = tensorBytes(tensor);
  const isString = tensor.dataType === onnx.TensorProto.DataType.STRING;
  if (isString || tensor.rawData == null) return listFault(tensor);
  if (tensor.rawData.length === expected) return [];
  const message = `Tensor ${value} must have ${expected} bytes, got ${tensor.rawData.length}`;
  return [fault('TENSOR_MALFORMED', message, { value })];
}

/** Tensors whose entries are in lists instead of raw bytes. */
function listFault(tensor: TensorProto): ModelFault[] {
  if (!elementTypeOf(tensor.dataType ?? 0)) return [];
  return decodeFault(() => decodeTensor(tensor));
}

function sparseFault(sparse: SparseTensorProto): ModelFault[] {
  const parts = [sparse.values, sparse.indices].filter((part) => part != null);
  const external = parts.filter(hasExternalData).flatMap(tensorFault);
  return external.length > 0 ? external : decodeFault(() => decodeSparseTensor(sparse));
}

function decodeFault(decode: () => unknown): ModelFault[] {
  try {
    decode();
    return [];
  } catch (error) {
    if (error instanceof ModelError) return [fault('TENSOR_MALFORMED', error.message, error.place)];
    throw error;
  }
}
