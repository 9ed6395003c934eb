import { encodeAttribute, float, floatAttribute, intAttribute, intsAttribute } from '../../format/attributes.ts';
import { type Model, type Node, newNode, type TensorProto, withFields, withGraph } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { Names } from '../../graph/names.ts';
import { consumersOf, producersOf } from '../../graph/topology.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { encodeTensor } from '../../tensor/encode-tensor.ts';
import { scalar } from '../../tensor/tensor.ts';

/** Operators into whose weights a factor and an offset go. */
const LINEAR: ReadonlySet<string> = new Set(['Conv', 'Gemm']);

/**
 * Writes operators without integer kernels by others that have them:
 *
 * - HardSwish as the product that it is
 * - HardSigmoid behind nothing but a convolution or Gemm as factor, offset and bounds: the first two go into the weights
 *   then, and the bounds into the quantization
 * - Sum as Add
 * - ReduceMean over all that is behind the channels as GlobalAveragePool
 */
export function withPlainOperators(model: Model): Model {
  const { graph } = model;
  const rewrite = new Rewrite(Names.of(graph), model);
  const node = graph.node.flatMap((entry) => rewrite.of(entry));
  const isSame = node.length === graph.node.length && node.every((entry, index) => entry === graph.node[index]);
  return isSame ? model : withGraph(model, { node, initializer: [...graph.initializer, ...rewrite.constants] });
}

class Rewrite {
  readonly constants: TensorProto[] = [];
  readonly #names: Names;
  readonly #types: InferredTypes;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #consumers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;

  constructor(names: Names, model: Model) {
    const { graph } = model;
    this.#names = names;
    this.#types = inferTypes(model);
    this.#producers = producersOf(graph.node);
    this.#consumers = consumersOf(graph.node);
    this.#outputs = new Set(graph.output.map(({ name }) => name ?? ''));
  }

  of(node: Node): Node[] {
    if (!isStandardDomain(node.domain)) return [node];
    switch (node.opType) {
      case 'HardSwish':
        return this.#hardSwish(node);
      case 'HardSigmoid':
        return this.#isFoldable(node.input[0] ?? '') ? this.#hardSigmoid(node) : [node];
      case 'Sum':
        return node.input.length === 2 ? [withFields(node, { opType: 'Add' })] : [node];
      case 'ReduceMean':
        return this.#isMeanOfChannels(node) ? this.#globalAverage(node) : [node];
      default:
        return [node];
    }
  }

  // ONNX HardSwish-14: x * HardSigmoid(x, alpha = 1/6, beta = 0.5)
  #hardSwish(node: Node): Node[] {
    const [value = ''] = node.input;
    const gate = this.#names.fresh(`${node.output[0]}_gate`);
    const attribute = [encodeAttribute('alpha', float(1 / 6)), encodeAttribute('beta', float(0.5))];
    return [
      newNode({ name: gate, opType: 'HardSigmoid', input: [value], output: [gate], attribute }),
      newNode({ name: node.name, opType: 'Mul', input: [value, gate], output: node.output }),
    ];
  }

  // ONNX HardSigmoid-6: max(0, min(1, alpha * x + beta))
  #hardSigmoid(node: Node): Node[] {
    const [value = ''] = node.input;
    const scaled = this.#names.fresh(`${node.output[0]}_scaled`);
    const moved = this.#names.fresh(`${node.output[0]}_moved`);
    const factor = this.#constant(floatAttribute(node, 'alpha', 0.2), 'alpha');
    const offset = this.#constant(floatAttribute(node, 'beta', 0.5), 'beta');
    const bounds = [this.#constant(0, 'low'), this.#constant(1, 'high')];
    return [
      newNode({ name: scaled, opType: 'Mul', input: [value, factor], output: [scaled] }),
      newNode({ name: moved, opType: 'Add', input: [scaled, offset], output: [moved] }),
      newNode({ name: node.name, opType: 'Clip', input: [moved, ...bounds], output: node.output }),
    ];
  }

  #globalAverage(node: Node): Node[] {
    const [value = ''] = node.input;
    if (intAttribute(node, 'keepdims', 1) === 1) {
      return [newNode({ name: node.name, opType: 'GlobalAveragePool', input: [value], output: node.output })];
    }
    const mean = this.#names.fresh(`${node.output[0]}_mean`);
    return [
      newNode({ name: mean, opType: 'GlobalAveragePool', input: [value], output: [mean] }),
      newNode({ name: node.name, opType: 'Flatten', input: [mean], output: node.output }),
    ];
  }

  #isMeanOfChannels(node: Node): boolean {
    const { type, dims } = this.#types.typeOf(node.input[0] ?? '');
    const rank = dims?.length ?? 0;
    const [, name = ''] = node.input;
    const given = name === '' ? undefined : this.#types.valueOf(name);
    const axes = given?.type === 'int64' ? [...given.data].map(Number) : intsAttribute(node, 'axes');
    if (type !== 'float32' || rank < 3 || axes === undefined) return false;
    const reduced = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    return reduced.size === rank - 2 && !reduced.has(0) && !reduced.has(1);
  }

  /** Whether a linear node writes the value for one other only, in the type of the constants that are added here. */
  #isFoldable(value: string): boolean {
    if (this.#types.typeOf(value).type !== 'float32') return false;
    const producer = this.#producers.get(value);
    const isLinear = isStandardDomain(producer?.domain) && LINEAR.has(producer?.opType ?? '');
    return isLinear && !this.#outputs.has(value) && this.#consumers.get(value)?.length === 1;
  }

  #constant(value: number, prefix: string): string {
    const name = this.#names.fresh(prefix);
    this.constants.push(encodeTensor(name, scalar(value)));
    return name;
  }
}
