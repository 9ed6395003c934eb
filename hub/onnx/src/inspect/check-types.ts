import { ModelError } from '../errors.ts';
import { type Graph, type Model, type Node, type ValueInfo, withFields } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { opsetOf } from '../graph/opset.ts';
import { describeNode } from '../graph/topology.ts';
import { type ValueType, valueTypeOf } from '../graph/value-type.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { axisFault } from './axis-faults.ts';
import { fault, type ModelFault, placeOf } from './model-fault.ts';
import { formalAt } from './operator-faults.ts';
import { type FormalValue, operatorSchema } from './operator-schema.ts';
import { shapeFault } from './shape-faults.ts';

/**
 * Faults of the types and shapes of a model: inputs that an operator does not take or that do not fit together, and
 * declarations that contradict what the graph computes. Nothing is said of values whose type is not known.
 *
 * Give only models without structural faults: `checkModel`.
 */
export function checkTypes(model: Model): ModelFault[] {
  const bare = withFields(model, { graph: withoutDeclarations(model.graph) });
  const types = inferredOf(bare);
  if (!types) return [];
  return graphFaults({ declared: model.graph, bare: bare.graph, types, opset: opsetOf(model) });
}

/** Types cannot be told where a constant is damaged; `checkModel` has said so. */
function inferredOf(model: Model): InferredTypes | undefined {
  try {
    return inferTypes(model);
  } catch (error) {
    if (error instanceof ModelError) return undefined;
    throw error;
  }
}

/** One graph as the file has it, and as it is without its declarations, with what can be inferred of it then. */
interface Place {
  readonly declared: Graph;
  readonly bare: Graph;
  readonly types: InferredTypes;
  readonly opset: number;
}

function withoutDeclarations(graph: Graph): Graph {
  return withFields(graph, {
    valueInfo: [],
    output: graph.output.map((info) => withFields(info, { type: null })),
    node: graph.node.map((node) =>
      node.attribute.some(({ g, graphs }) => g || graphs.length > 0)
        ? withFields(node, {
            attribute: node.attribute.map((attribute) =>
              withFields(attribute, {
                g: attribute.g && withoutDeclarations(attribute.g),
                graphs: attribute.graphs.map(withoutDeclarations),
              }),
            ),
          })
        : node,
    ),
  });
}

function graphFaults(place: Place): ModelFault[] {
  const { declared, bare, types, opset } = place;
  return [
    ...bare.node.flatMap((node) => (isStandardDomain(node.domain) ? nodeFaults(node, types, opset) : [])),
    ...[...declared.valueInfo, ...declared.output].flatMap((info) => contradictions(info, types)),
    ...declared.node.flatMap((node, index) => innerFaults(place, node, bare.node[index])),
  ];
}

function innerFaults({ types, opset }: Place, declared: Node, bare: Node | undefined): ModelFault[] {
  return declared.attribute.flatMap(({ g }, index) => {
    const inner = bare?.attribute[index]?.g;
    const within = inner ? types.within(inner) : undefined;
    return g && inner && within ? graphFaults({ declared: g, bare: inner, types: within, opset }) : [];
  });
}

function nodeFaults(node: Node, types: InferredTypes, opset: number): ModelFault[] {
  const inputs = node.input.map((value): ValueType => types.typeOf(value));
  const typed = typeFault(node, inputs, opset);
  if (typed) return [fault('TYPE_MISMATCH', `Node ${describeNode(node)} must have ${typed}`, placeOf(node))];
  const rank = inputs[0]?.dims?.length;
  const axes = rank === undefined ? undefined : axisFault(node, types.contextOf(node), rank);
  if (axes) return [fault('SHAPE_MISMATCH', `Node ${describeNode(node)} must have ${axes}`, placeOf(node))];
  const output = types.typeOf(node.output[0] ?? '').dims;
  const shaped = shapeFault(
    node,
    inputs.map(({ dims }) => dims),
    output,
  );
  return shaped ? [fault('SHAPE_MISMATCH', `Node ${describeNode(node)} must have ${shaped}`, placeOf(node))] : [];
}

/** What is wrong with the element types of a node's inputs. */
function typeFault(node: Node, inputs: readonly ValueType[], opset: number): string | undefined {
  const schema = operatorSchema(node.opType ?? '', opset);
  if (typeof schema === 'string') return undefined;
  const bound = new Map<string, string>();
  for (const [index, { type }] of inputs.entries()) {
    const formal = formalAt(schema.inputs, index);
    if (!type || !formal) continue;
    if (!formal.types.has(type)) return `${allowed(formal)} as input ${index}, got ${type}`;
    const { parameter, isMixed } = formal;
    if (parameter === undefined || isMixed) continue;
    const other = bound.get(parameter);
    if (other !== undefined && other !== type) return `inputs of one type, got ${other} and ${type}`;
    bound.set(parameter, type);
  }
  return undefined;
}

function allowed({ types }: FormalValue): string {
  const list = [...types];
  return list.length > 4 ? `one of ${list.length} types (${list.slice(0, 4).join(', ')}, ...)` : list.join(' or ');
}

function contradictions(info: ValueInfo, types: InferredTypes): ModelFault[] {
  const value = info.name ?? '';
  const [declared, inferred] = [valueTypeOf(info), types.typeOf(value)];
  if (declared.type && inferred.type && declared.type !== inferred.type) {
    const message = `Value ${value} must be declared as ${inferred.type}, got ${declared.type}`;
    return [fault('TYPE_CONTRADICTION', message, { value })];
  }
  if (!declared.dims || !inferred.dims || agree(declared.dims, inferred.dims)) return [];
  const [expected, got] = [inferred.dims, declared.dims].map((dims) => `[${dims.map((dim) => dim ?? '?')}]`);
  return [fault('SHAPE_CONTRADICTION', `Value ${value} must be declared as ${expected}, got ${got}`, { value })];
}

function agree(left: NonNullable<ValueType['dims']>, right: NonNullable<ValueType['dims']>): boolean {
  const differs = (dim: unknown, axis: number): boolean =>
    typeof dim === 'number' && typeof right[axis] === 'number' && dim !== right[axis];
  return left.length === right.length && !left.some(differs);
}
