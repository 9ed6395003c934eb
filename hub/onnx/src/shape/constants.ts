import type { Attribute, Graph, Node } from '../format/messages.ts';
import { decodeTensor } from '../tensor/decode-tensor.ts';
import { elementTypeOf } from '../tensor/element-type.ts';
import { hasExternalData } from '../tensor/external-data.ts';
import { float32, int64, type Tensor, tensor } from '../tensor/tensor.ts';

const UTF8 = new TextDecoder();

/** Constants of a graph by name: initializers and the outputs of Constant nodes, decoded when asked for. */
export class Constants {
  readonly #decoders = new Map<string, () => Tensor | undefined>();
  readonly #decoded = new Map<string, Tensor | undefined>();

  constructor(graph: Graph) {
    for (const proto of graph.initializer) {
      if (hasExternalData(proto) || !elementTypeOf(proto.dataType ?? 0)) continue;
      this.#decoders.set(proto.name ?? '', () => decodeTensor(proto));
    }
    for (const node of graph.node) {
      if (isConstant(node)) this.#decoders.set(node.output[0] ?? '', () => constantOf(node.attribute));
    }
  }

  /** Whether the value is a constant, without decoding it. */
  has(name: string): boolean {
    return this.#decoders.has(name);
  }

  get(name: string): Tensor | undefined {
    if (!this.#decoded.has(name)) this.#decoded.set(name, this.#decoders.get(name)?.());
    return this.#decoded.get(name);
  }
}

function isConstant(node: Node): boolean {
  return node.opType === 'Constant' && !node.domain;
}

/** Value of a Constant node by its attributes; `undefined` for types that this package only carries. */
export function constantOf([attribute]: readonly Attribute[]): Tensor | undefined {
  switch (attribute?.name) {
    case 'value':
      return attribute.t && elementTypeOf(attribute.t.dataType ?? 0) ? decodeTensor(attribute.t) : undefined;
    case 'value_float':
      return float32([attribute.f ?? 0], []);
    case 'value_floats':
      return float32(attribute.floats);
    case 'value_int':
      return int64([attribute.i?.toBigInt() ?? 0n], []);
    case 'value_ints':
      return int64(attribute.ints.map((value) => value.toBigInt()));
    case 'value_string':
      return tensor('string', [], [UTF8.decode(attribute.s ?? new Uint8Array())]);
    case 'value_strings': {
      const texts = attribute.strings.map((bytes) => UTF8.decode(bytes));
      return tensor('string', [texts.length], texts);
    }
    default:
      return undefined;
  }
}
