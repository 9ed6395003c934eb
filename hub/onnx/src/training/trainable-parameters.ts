import type { Graph, Model, Node, TensorProto } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { liftConstants } from '../graph/lift-constants.ts';
import { sortNodes } from '../graph/topology.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import { isMask } from './is-mask.ts';

/** Operators with weights, and the inputs that hold them. */
const WEIGHT_INPUTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['Gemm', [0, 1, 2]],
  ['MatMul', [0, 1]],
  ['Einsum', [0, 1, 2, 3]],
  ['Conv', [1, 2]],
  ['ConvTranspose', [1, 2]],
  ['BatchNormalization', [1, 2]],
  ['InstanceNormalization', [1, 2]],
  ['LayerNormalization', [1, 2]],
  ['GroupNormalization', [1, 2]],
  ['PRelu', [1]],
  ['RNN', [1, 2, 3]],
  ['GRU', [1, 2, 3]],
  ['LSTM', [1, 2, 3, 7]],
]);
const BIAS_OPERATORS: ReadonlySet<string> = new Set(['Add', 'Mul', 'Sub', 'Div']);
/** Operators that stand between a weight and the operator that uses it: another layout, fewer bits. */
const CARRYING_OPERATORS: ReadonlySet<string> = new Set([
  ...['Identity', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze'],
  ...['QuantizeLinear', 'DequantizeLinear'],
]);

/**
 * The initializers and Constant nodes that training changes unless told otherwise, in the order of the graph.
 *
 * These are the float32 weights of products, convolutions, recurrent layers and normalisations, tables of embeddings,
 * and the constants with more than one entry that are added to or multiplied with what comes from such an operator.
 * Constants in front of the first weights are preprocessing. Masks and running statistics are no parameters.
 */
export function trainableParameters(model: Model): string[] {
  const { graph } = liftConstants(model);
  const used = new Set([...parametersByNode(graph).values()].flat());
  return graph.initializer.flatMap(({ name }) => (used.has(name ?? '') ? (name ?? '') : []));
}

/** The initializers that each node uses as parameters; nodes without any are left out. */
export function parametersByNode(graph: Graph): Map<Node, string[]> {
  const sources = new Sources(graph);
  const learned = new Set<string>();
  const parameters = new Map<Node, string[]>();
  for (const node of sortNodes(graph.node)) {
    sources.follow(node);
    const own = parametersOf(node, sources, learned);
    if (own.length > 0) parameters.set(node, own);
    const isLearned = own.length > 0 || node.input.some((value) => learned.has(value));
    if (isLearned) for (const value of node.output) learned.add(value);
  }
  return parameters;
}

function parametersOf(node: Node, sources: Sources, learned: ReadonlySet<string>): string[] {
  if (!isStandardDomain(node.domain)) return [];
  const operator = node.opType ?? '';
  const found = (values: readonly string[]): string[] => values.flatMap((value) => sources.of(value) ?? []);
  const positions = WEIGHT_INPUTS.get(operator);
  if (positions) return found(positions.flatMap((position) => node.input[position] ?? []));
  if (operator === 'Gather') return isEmbedding(node, sources) ? found(node.input.slice(0, 1)) : [];
  const isBias = BIAS_OPERATORS.has(operator) && node.input.some((value) => learned.has(value));
  if (!isBias) return [];
  return found(node.input).filter((name) => sources.entries(name) > 1 && !sources.isMask(name, operator));
}

/** Rows of a table, picked by what comes into the graph. */
function isEmbedding({ input }: Node, sources: Sources): boolean {
  const [table = '', indices = ''] = input;
  return sources.rank(sources.of(table) ?? '') === 2 && !sources.isConstant(indices);
}

/** Which initializer a value is, or is made of alone. */
class Sources {
  readonly #floats: ReadonlyMap<string, readonly number[]>;
  readonly #constants: ReadonlyMap<string, TensorProto>;
  readonly #byValue = new Map<string, string>();

  constructor(graph: Graph) {
    const floats = graph.initializer.filter(({ dataType }) => dataType === DATA_TYPE.float32);
    this.#floats = new Map(floats.map(({ name, dims }) => [name ?? '', dims.map((dim) => dim.toNumber())]));
    this.#constants = new Map(graph.initializer.map((proto) => [proto.name ?? '', proto]));
  }

  follow(node: Node): void {
    const source = isStandardDomain(node.domain) ? this.of(this.#carried(node) ?? '') : undefined;
    if (source !== undefined) this.#byValue.set(node.output[0] ?? '', source);
  }

  #carried({ opType, input }: Node): string | undefined {
    if (CARRYING_OPERATORS.has(opType ?? '')) return input[0];
    const [mask = '', weight, otherwise = ''] = input;
    // Entries of a weight that are masked out.
    return opType === 'Where' && this.isConstant(mask) && this.isConstant(otherwise) ? weight : undefined;
  }

  of(value: string): string | undefined {
    return this.#floats.has(value) ? value : this.#byValue.get(value);
  }

  isConstant(value: string): boolean {
    return this.#constants.has(value);
  }

  isMask(name: string, operator: string): boolean {
    const constant = this.#constants.get(name);
    return constant !== undefined && isMask(constant, operator);
  }

  rank(name: string): number | undefined {
    return this.#floats.get(name)?.length;
  }

  entries(name: string): number {
    return this.#floats.get(name)?.reduce((product, dim) => product * dim, 1) ?? 0;
  }
}
