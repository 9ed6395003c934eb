import { encodeAttribute, float, floatAttribute } from '../../format/attributes.ts';
import { type Model, type Node, newNode, type TensorProto, withGraph } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { Names } from '../../graph/names.ts';
import { consumersOf, producersOf } from '../../graph/topology.ts';
import { encodeTensor } from '../../tensor/encode-tensor.ts';
import { scalar } from '../../tensor/tensor.ts';

/** Operators into whose weights a factor and an offset go. */
const LINEAR: ReadonlySet<string> = new Set(['Conv', 'Gemm']);

/**
 * Writes HardSwish as the product that it is, and HardSigmoid behind nothing but a convolution or Gemm as the factor,
 * offset and bounds that it is: the first two go into the weights then, and the bounds into the quantization.
 */
export function expandHardActivations(model: Model): Model {
  const { graph } = model;
  const expansion = new Expansion(Names.of(graph), model);
  const node = graph.node.flatMap((entry) => expansion.of(entry));
  if (expansion.constants.length === 0 && node.every((entry, index) => entry === graph.node[index])) return model;
  return withGraph(model, { node, initializer: [...graph.initializer, ...expansion.constants] });
}

class Expansion {
  readonly constants: TensorProto[] = [];
  readonly #names: Names;
  readonly #producers: ReadonlyMap<string, Node>;
  readonly #consumers: ReadonlyMap<string, readonly Node[]>;
  readonly #outputs: ReadonlySet<string>;

  constructor(names: Names, { graph }: Model) {
    this.#names = names;
    this.#producers = producersOf(graph.node);
    this.#consumers = consumersOf(graph.node);
    this.#outputs = new Set(graph.output.map(({ name }) => name ?? ''));
  }

  of(node: Node): Node[] {
    if (!isStandardDomain(node.domain)) return [node];
    if (node.opType === 'HardSwish') return this.#hardSwish(node);
    return node.opType === 'HardSigmoid' && this.#isAlone(node.input[0] ?? '') ? this.#hardSigmoid(node) : [node];
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
    const [scaled, moved] = ['scaled', 'moved'].map((word) => this.#names.fresh(`${node.output[0]}_${word}`));
    const factor = this.#constant(floatAttribute(node, 'alpha', 0.2), 'alpha');
    const offset = this.#constant(floatAttribute(node, 'beta', 0.5), 'beta');
    const bounds = [this.#constant(0, 'low'), this.#constant(1, 'high')];
    return [
      newNode({ name: scaled, opType: 'Mul', input: [value, factor], output: [scaled ?? ''] }),
      newNode({ name: moved, opType: 'Add', input: [scaled ?? '', offset], output: [moved ?? ''] }),
      newNode({ name: node.name, opType: 'Clip', input: [moved ?? '', ...bounds], output: node.output }),
    ];
  }

  #isAlone(value: string): boolean {
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
