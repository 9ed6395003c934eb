import type { Attribute, Graph, Node, TensorProto } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import type { ValueType } from '../graph/value-type.ts';
import { decodeTensor, sharedTensor } from '../tensor/decode-tensor.ts';
import { elementTypeOf } from '../tensor/element-type.ts';
import { hasExternalData } from '../tensor/external-data.ts';
import { float32, int64, type Tensor, tensor } from '../tensor/tensor.ts';

const UTF8 = new TextDecoder();

/**
 * Constants of a graph and of those around it by name: initializers and the outputs of Constant nodes, decoded when asked
 * for.
 */
export class Constants {
  readonly #protos = new Map<string, TensorProto>();
  readonly #decoders = new Map<string, () => Tensor | undefined>();
  readonly #decoded = new Map<string, Tensor | undefined>();
  readonly #outer: Constants | undefined;

  constructor(graph: Graph, outer?: Constants) {
    this.#outer = outer;
    for (const proto of graph.initializer) {
      if (hasExternalData(proto) || !elementTypeOf(proto.dataType ?? 0)) continue;
      this.#addProto(proto.name ?? '', proto);
    }
    for (const node of graph.node) {
      const [name = ''] = node.output;
      const proto = isConstant(node) ? node.attribute[0]?.t : undefined;
      if (proto && !hasExternalData(proto)) this.#addProto(name, proto);
      else if (isConstant(node)) this.#decoders.set(name, () => constantOf(node.attribute));
    }
  }

  #addProto(name: string, proto: TensorProto): void {
    this.#protos.set(name, proto);
    this.#decoders.set(name, () => (elementTypeOf(proto.dataType ?? 0) ? sharedTensor(proto) : undefined));
  }

  /** Whether the value is a constant, without decoding it. */
  has(name: string): boolean {
    return this.hasOwn(name) || (this.#outer?.has(name) ?? false);
  }

  get(name: string): Tensor | undefined {
    return this.hasOwn(name) ? this.own(name) : this.#outer?.get(name);
  }

  /** Whether the value is a constant of this graph, not of one around it. */
  hasOwn(name: string): boolean {
    return this.#decoders.has(name);
  }

  /** Type of a constant of this graph, without decoding it where the file gives the type. */
  ownType(name: string): ValueType | undefined {
    const proto = this.#protos.get(name);
    return proto ? protoType(proto) : this.own(name);
  }

  own(name: string): Tensor | undefined {
    if (!this.#decoded.has(name)) this.#decoded.set(name, this.#decoders.get(name)?.());
    return this.#decoded.get(name);
  }
}

/** Type of a constant as the file gives it. */
export function protoType({ dataType, dims }: TensorProto): ValueType {
  return { type: elementTypeOf(dataType ?? 0), dims: dims.map(Number) };
}

function isConstant(node: Node): boolean {
  return node.opType === 'Constant' && isStandardDomain(node.domain);
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
