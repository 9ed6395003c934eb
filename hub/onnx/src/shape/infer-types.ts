import type { Graph, Model, Node } from '../format/messages.ts';
import { opsetOf } from '../graph/opset.ts';
import { sortNodes } from '../graph/topology.ts';
import { type ValueType, valueTypeOf } from '../graph/value-type.ts';
import { elementTypeOf } from '../tensor/element-type.ts';
import { Constants } from './constants.ts';
import { CONVOLUTION_RULES } from './rules/convolution.ts';
import { DENSE_RULES } from './rules/dense.ts';
import { ELEMENTWISE_RULES } from './rules/elementwise.ts';
import { INDEXING_RULES } from './rules/indexing.ts';
import { LAYOUT_RULES } from './rules/layout.ts';
import { NORMALIZATION_RULES } from './rules/normalization.ts';
import { QUANTIZED_RULES } from './rules/quantized.ts';
import { RECURRENT_RULES } from './rules/recurrent.ts';
import { REDUCTION_RULES } from './rules/reduction.ts';
import { type ShapeContext, type ShapeRule, UNKNOWN_TYPE } from './shape-rule.ts';

const RULES: ReadonlyMap<string, ShapeRule> = new Map(
  Object.entries({
    ...ELEMENTWISE_RULES,
    ...DENSE_RULES,
    ...LAYOUT_RULES,
    ...REDUCTION_RULES,
    ...CONVOLUTION_RULES,
    ...NORMALIZATION_RULES,
    ...RECURRENT_RULES,
    ...INDEXING_RULES,
    ...QUANTIZED_RULES,
  }),
);

/** What is known about the values of a graph without running it. */
export interface InferredTypes {
  /** Constants of the graph. */
  readonly constants: Constants;
  /** Type of a value; both parts are undefined where nothing is known. */
  typeOf(value: string): ValueType;
  /** A node as the rules of this package see it. */
  contextOf(node: Node): ShapeContext;
}

/**
 * Element types and shapes of the values of a model, with symbolic dimensions carried through.
 *
 * Types that the file declares count first. Behind an operator without a rule, types are unknown.
 *
 * @throws ModelError GRAPH_CYCLIC
 */
export function inferTypes(model: Model): InferredTypes {
  const { graph } = model;
  const constants = new Constants(graph);
  const types = declaredTypes(graph);
  const typeOf = (value: string): ValueType => {
    const known = types.get(value);
    if (known) return known;
    const constant = constants.get(value);
    return constant ? { type: constant.type, dims: constant.dims } : UNKNOWN_TYPE;
  };
  const contextOf = (node: Node): ShapeContext => ({
    node,
    inputs: node.input.map((value) => typeOf(value)),
    opset: opsetOf(model, node.domain ?? ''),
    constant: (index) => constants.get(node.input[index] ?? ''),
  });
  for (const node of sortNodes(graph.node)) {
    const inferred = (node.domain ? undefined : RULES.get(node.opType ?? ''))?.(contextOf(node)) ?? [];
    for (const [index, value] of node.output.entries()) {
      const type = merged(types.get(value), inferred[index]);
      if (type) types.set(value, type);
    }
  }
  return { constants, typeOf, contextOf };
}

function declaredTypes(graph: Graph): Map<string, ValueType> {
  const types = new Map<string, ValueType>();
  for (const info of [...graph.valueInfo, ...graph.output, ...graph.input]) {
    types.set(info.name ?? '', valueTypeOf(info));
  }
  for (const { name, dataType, dims } of graph.initializer) {
    types.set(name ?? '', { type: elementTypeOf(dataType ?? 0), dims: dims.map((dim) => dim.toNumber()) });
  }
  return types;
}

function merged(declared: ValueType | undefined, inferred: ValueType | undefined): ValueType | undefined {
  if (!declared || !inferred) return declared ?? inferred;
  const dims = mergedDims(declared.dims, inferred.dims);
  return { type: declared.type ?? inferred.type, dims };
}

function mergedDims(declared: ValueType['dims'], inferred: ValueType['dims']): ValueType['dims'] {
  if (!declared || !inferred || declared.length !== inferred.length) return declared ?? inferred;
  return declared.map((dim, axis) => {
    const other = inferred[axis];
    return typeof dim === 'number' ? dim : typeof other === 'number' ? other : (dim ?? other);
  });
}
