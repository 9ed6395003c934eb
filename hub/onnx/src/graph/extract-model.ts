import Long from 'long';
import { ModelError, UsageError } from '../errors.ts';
import { type Graph, type Model, type Node, type ValueInfo, withFields, withGraph } from '../format/messages.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { Names } from './names.ts';
import { producersOf, sortNodes, valuesRead } from './topology.ts';
import { toValueInfo } from './value-type.ts';

/** From this version of the format on, initializers need not be listed as inputs. @see ONNX IR.md */
const IR_WITHOUT_LISTED_CONSTANTS = 4;

/**
 * The part of a model that computes `outputs` from `inputs`, both of which may be any values of it. Nodes, constants
 * and declarations that it does not need are left out.
 *
 * @throws UsageError VALUE_UNKNOWN for a value that the model lacks, ARGUMENT_INVALID when an output also depends on an
 *   input of the model that is not among `inputs`
 * @throws ModelError TENSOR_TYPE_UNSUPPORTED when the element type of an input is not known
 */
export function extractModel(model: Model, inputs: readonly string[], outputs: readonly string[]): Model {
  const { graph } = model;
  const types = inferTypes(model);
  requireKnown(graph, [...inputs, ...outputs]);
  const needed = neededPart(graph, inputs, outputs);
  const constants = new Set(graph.initializer.map(({ name }) => name ?? ''));
  const missing = graph.input.find(({ name = '' }) => needed.values.has(name ?? '') && !constants.has(name ?? ''));
  if (missing) {
    const place = { value: missing.name ?? '' };
    const message = `Outputs ${outputs.join(', ')} must depend on ${inputs.join(', ')} only, got input ${missing.name}`;
    throw new UsageError('ARGUMENT_INVALID', message, { place });
  }
  const isInside = (name: string | null | undefined): boolean => needed.values.has(name ?? '');
  const ends = new Set([...inputs, ...outputs]);
  return withGraph(withFields(model, { irVersion: freeConstants(model) }), {
    node: needed.nodes,
    initializer: graph.initializer.filter(({ name }) => isInside(name) && !inputs.includes(name ?? '')),
    sparseInitializer: graph.sparseInitializer.filter(({ values }) => isInside(values?.name)),
    input: inputs.map((name) => inputInfo(name, types.typeOf(name))),
    output: outputs.map((name) => toValueInfo(name, types.typeOf(name))),
    valueInfo: graph.valueInfo.filter(({ name }) => isInside(name) && !ends.has(name ?? '')),
    quantizationAnnotation: graph.quantizationAnnotation.filter(({ tensorName }) => isInside(tensorName)),
  });
}

/** Nodes between the ends, in order, and every value that they read or write from outside of `inputs`. */
function neededPart(
  graph: Graph,
  inputs: readonly string[],
  outputs: readonly string[],
): { nodes: Node[]; values: Set<string> } {
  const given = new Set(inputs);
  const names = Names.of(graph);
  const values = new Set(outputs.filter((name) => !given.has(name)));
  const nodes: Node[] = [];
  for (const node of sortNodes(graph.node).toReversed()) {
    if (!node.output.some((name) => values.has(name))) continue;
    nodes.push(withoutOutputs(node, given, names));
    for (const name of [...valuesRead(node), ...node.output]) if (!given.has(name)) values.add(name);
  }
  return { nodes: nodes.toReversed(), values };
}

/** A value that is given must not be written once more by a node that is needed for another of its outputs. */
function withoutOutputs(node: Node, given: ReadonlySet<string>, names: Names): Node {
  if (!node.output.some((name) => given.has(name))) return node;
  // Not left out: ONNX Runtime 1.30 crashes on a Split without one of its outputs.
  return withFields(node, { output: node.output.map((name) => (given.has(name) ? names.fresh(name) : name)) });
}

function requireKnown(graph: Graph, names: readonly string[]): void {
  const known = new Set([...graph.input, ...graph.initializer].map(({ name }) => name ?? ''));
  const producers = producersOf(graph.node);
  const unknown = names.find((name) => !known.has(name) && !producers.has(name));
  if (unknown === undefined) return;
  throw new UsageError('VALUE_UNKNOWN', `Value ${unknown} must be in the model, got no such value`, {
    place: { value: unknown },
  });
}

function inputInfo(name: string, type: Parameters<typeof toValueInfo>[1]): ValueInfo {
  if (type.type !== undefined) return toValueInfo(name, type);
  const message = `Value ${name} must have a known element type to become an input, got none`;
  throw new ModelError('TENSOR_TYPE_UNSUPPORTED', message, { place: { value: name } });
}

function freeConstants({ irVersion }: Model): Long {
  const own = irVersion?.toNumber() ?? 0;
  return Long.fromNumber(Math.max(own, IR_WITHOUT_LISTED_CONSTANTS));
}
