import { evaluateNode } from '../evaluate/evaluate-node.ts';
import type { Graph, ModelFunction, Node } from '../format/messages.ts';
import { isStandardDomain, plainDomain } from '../graph/domain.ts';
import { functionBody, functionKey } from '../graph/function-body.ts';
import { sortNodes } from '../graph/topology.ts';
import { type Dim, type ValueType, valueTypeOf } from '../graph/value-type.ts';
import { elementTypeOf } from '../tensor/element-type.ts';
import { sparseName } from '../tensor/sparse-tensor.ts';
import { elementCount, int64, type Tensor, tensor } from '../tensor/tensor.ts';
import { Constants, protoType } from './constants.ts';
import type { InferredTypes } from './infer-types.ts';
import { type ShapeContext, UNKNOWN_TYPE } from './shape-rule.ts';
import { shapeRule } from './shape-rules.ts';
import { isSizeType, propagateSizes, type SizeContext, type SizeList, sizesOfTensor } from './size-list.ts';
import { type Known, subgraphTypes } from './subgraph-types.ts';
import { combineDims, combineTypes, valueDependentDims } from './value-dependent-dims.ts';

/** Values of more entries are not followed. */
const MAX_KNOWN_ENTRIES = 1024;
/** Functions that call functions deeper than this are taken for a cycle. */
const MAX_CALL_DEPTH = 32;

/** What is the same in all graphs of a model, or of a function's body. */
export interface Environment {
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: ReadonlyMap<string, ModelFunction>;
  readonly depth: number;
  /** Names of initializers that a caller may replace. */
  readonly overridable: ReadonlySet<string>;
}

/** Types of one graph's values; those of the graphs around it are seen through it. */
export class TypeScope implements InferredTypes {
  readonly constants: Constants;
  readonly #environment: Environment;
  readonly #parent: TypeScope | undefined;
  readonly #types: Map<string, ValueType>;
  readonly #values = new Map<string, Tensor>();
  readonly #sizes = new Map<string, SizeList>();
  readonly #inner = new Map<Graph, TypeScope>();

  constructor(graph: Graph, environment: Environment, inputs: readonly Known[] = [], parent?: TypeScope) {
    this.#environment = environment;
    this.#parent = parent;
    this.constants = new Constants(graph, parent?.constants);
    this.#types = declaredTypes(graph, environment.overridable);
    for (const [index, { name }] of graph.input.entries()) {
      const given = inputs[index];
      if (given) this.#learn(name ?? '', given);
    }
    for (const node of sortNodes(graph.node)) this.#infer(node);
  }

  typeOf(value: string): ValueType {
    const known = this.#types.get(value);
    if (known) return known;
    return this.constants.ownType(value) ?? this.#parent?.typeOf(value) ?? UNKNOWN_TYPE;
  }

  valueOf(value: string): Tensor | undefined {
    const computed = this.#values.get(value);
    if (computed) return computed;
    if (this.#types.has(value) || this.constants.hasOwn(value)) {
      return this.#isSmall(value) && !this.#environment.overridable.has(value) ? this.constants.own(value) : undefined;
    }
    return this.#parent?.valueOf(value);
  }

  sizesOf(value: string): readonly Dim[] | undefined {
    return this.#listOf(value)?.sizes;
  }

  within(graph: Graph): InferredTypes | undefined {
    return this.#inner.get(graph);
  }

  contextOf(node: Node): ShapeContext {
    const constant = (index: number): Tensor | undefined => {
      const name = node.input[index] ?? '';
      return name === '' ? undefined : (this.valueOf(name) ?? this.constants.get(name));
    };
    return { node, inputs: node.input.map((value) => this.typeOf(value)), opset: this.#opsetOf(node), constant };
  }

  #opsetOf(node: Node): number {
    return this.#environment.opsets.get(plainDomain(node.domain)) ?? 1;
  }

  #isSmall(value: string): boolean {
    const dims = this.typeOf(value).dims;
    return dims?.every((dim) => typeof dim === 'number') === true && elementCount(dims) <= MAX_KNOWN_ENTRIES;
  }

  #listOf(value: string): SizeList | undefined {
    if (value === '') return undefined;
    const own = this.#sizes.get(value) ?? sizesOfTensor(this.valueOf(value));
    if (own || this.#types.has(value) || !this.#parent) return own;
    return this.#parent.#listOf(value);
  }

  #learn(name: string, { type, value }: Known, sizes?: SizeList): void {
    if (name === '') return;
    const combined = combineTypes(this.#types.get(name), value ?? type);
    if (combined) this.#types.set(name, combined);
    if (value) this.#values.set(name, value);
    else if (sizes) this.#sizes.set(name, sizes);
  }

  #infer(node: Node): void {
    if (node.output.some((name) => this.constants.hasOwn(name))) return;
    const results = this.#evaluated(node) ?? this.#called(node);
    if (results) {
      for (const [index, name] of node.output.entries()) this.#learn(name, results[index] ?? { type: UNKNOWN_TYPE });
      return;
    }
    const context: SizeContext = { ...this.contextOf(node), list: (index) => this.#listOf(node.input[index] ?? '') };
    const types = shapeRule(node.opType ?? '', node.domain)?.(context) ?? [];
    const isStandard = isStandardDomain(node.domain);
    const lists = isStandard ? propagateSizes(context) : [];
    const first: ValueType = {
      type: types[0]?.type,
      dims: combineDims(types[0]?.dims, isStandard ? valueDependentDims(context) : undefined),
    };
    for (const [index, name] of node.output.entries()) {
      const type = (index === 0 ? first : types[index]) ?? UNKNOWN_TYPE;
      const list = isSizeType(type.type) ? lists[index] : undefined;
      const value = list && isSizeType(type.type) ? valueOfSizes(list, type.type) : undefined;
      const dims = combineDims(type.dims, list?.dims);
      this.#learn(name, { type: { type: type.type, dims }, value }, list);
    }
  }

  /** Outputs of a node whose inputs are all known and small. */
  #evaluated(node: Node): Known[] | undefined {
    const inputs = node.input.map((name) => (name === '' ? undefined : this.valueOf(name)));
    const results = evaluateNode(node, inputs, this.#opsetOf(node), MAX_KNOWN_ENTRIES);
    return results?.map((value) => ({ type: value, value }));
  }

  /** Outputs of a node that runs other nodes: a function of the model, or graphs inside of it. */
  #called(node: Node): Known[] | undefined {
    const inputs = node.input.map((name): Known => ({ type: this.typeOf(name), value: this.valueOf(name) }));
    const called = this.#environment.functions.get(functionKey(node));
    if (called) return this.#callOf(called, node, inputs);
    if (!isStandardDomain(node.domain) || !node.attribute.some(({ g }) => g)) return undefined;
    const infer = (graph: Graph, types: readonly Known[]): Known[] => {
      const scope = new TypeScope(graph, this.#environment, types, this);
      this.#inner.set(graph, scope);
      return scope.#outputsOf(graph);
    };
    return subgraphTypes({ node, inputs, opset: this.#opsetOf(node), infer });
  }

  #callOf(called: ModelFunction, node: Node, inputs: readonly Known[]): Known[] {
    const { functions, depth } = this.#environment;
    if (depth >= MAX_CALL_DEPTH) return [];
    const body = functionBody(called, node);
    const opsets = new Map(
      called.opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version ?? 1)]),
    );
    const environment = { opsets, functions, depth: depth + 1, overridable: new Set<string>() };
    return new TypeScope(body, environment, inputs).#outputsOf(body);
  }

  #outputsOf(graph: Graph): Known[] {
    return graph.output.map(({ name }) => ({ type: this.typeOf(name ?? ''), value: this.valueOf(name ?? '') }));
  }
}

/** The tensor of a list without symbols. */
function valueOfSizes({ dims, sizes }: SizeList, type: 'int64' | 'int32' | 'bool'): Tensor | undefined {
  if (!sizes.every((size) => typeof size === 'number' && Number.isSafeInteger(size))) return undefined;
  const entries = sizes as readonly number[];
  if (type === 'int64') return int64(entries, dims);
  return type === 'int32'
    ? tensor('int32', dims, Int32Array.from(entries))
    : tensor('bool', dims, Uint8Array.from(entries));
}

function declaredTypes(graph: Graph, overridable: ReadonlySet<string>): Map<string, ValueType> {
  const types = new Map<string, ValueType>();
  for (const info of [...graph.valueInfo, ...graph.output, ...graph.input]) {
    types.set(info.name ?? '', valueTypeOf(info));
  }
  for (const proto of graph.initializer) {
    if (!overridable.has(proto.name ?? '')) types.set(proto.name ?? '', protoType(proto));
  }
  for (const sparse of graph.sparseInitializer) {
    const type = elementTypeOf(sparse.values?.dataType ?? 0);
    types.set(sparseName(sparse), { type, dims: sparse.dims.map(Number) });
  }
  return types;
}
