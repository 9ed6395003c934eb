import Long from 'long';
import { encodeAttribute, float } from '../format/attributes.ts';
import { type Model, type Node, type TensorProto, withFields, withGraph } from '../format/messages.ts';
import { float32 } from '../tensor/tensor.ts';
import { seededRandom } from './random-tensors.ts';

/** A file that can be read, and whose nodes and constants make no sense in `count` places. */
export function damagedModel(model: Model, seed: number, count: number): Model {
  const random = seededRandom(seed);
  const pick = <Entry>(entries: readonly Entry[]): Entry => entries[Math.floor(random() * entries.length)]!;
  const nodes = [...model.graph.node];
  const constants = [...model.graph.initializer];
  for (let done = 0; done < count; done++) {
    const at = Math.floor(random() * nodes.length);
    if (constants.length > 0 && random() < 0.2) {
      const index = Math.floor(random() * constants.length);
      constants[index] = pick(CONSTANT_DAMAGES)(constants[index]!);
    } else {
      nodes[at] = pick(NODE_DAMAGES)(nodes[at]!, pick(nodes), random);
    }
  }
  return withGraph(model, { node: nodes, initializer: constants });
}

type NodeDamage = (node: Node, other: Node, random: () => number) => Node;

const ODD_SIZES = [0, -1, 1, 3, 7, -1000, 2 ** 31];

const NODE_DAMAGES: readonly NodeDamage[] = [
  (node) => withFields(node, { input: node.input.slice(1) }),
  (node) => withFields(node, { input: [] }),
  (node) => withFields(node, { input: [...node.input].reverse() }),
  (node) => withFields(node, { input: node.input.map(() => '') }),
  (node) => withFields(node, { output: [] }),
  (node, other) => withFields(node, { input: other.input }),
  (node, other) => withFields(node, { input: [...other.output, ...node.input] }),
  (node, other) => withFields(node, { output: other.output }),
  (node, other) => withFields(node, { opType: other.opType }),
  (node, other) => withFields(node, { attribute: other.attribute }),
  (node) => withFields(node, { attribute: [] }),
  (node) => withFields(node, { opType: '' }),
  (node) => withFields(node, { opType: 'constructor' }),
  (node, _, random) => {
    const odd = (): number => ODD_SIZES[Math.floor(random() * ODD_SIZES.length)] ?? 0;
    const changed = node.attribute.map((entry) => {
      if (entry.i != null) return withFields(entry, { i: Long.fromNumber(odd()) });
      if (entry.ints.length > 0)
        return withFields(entry, { ints: [odd(), odd(), odd()].map((size) => Long.fromNumber(size)) });
      return withFields(entry, { type: 14 });
    });
    return withFields(node, { attribute: changed });
  },
  (node) =>
    withFields(node, {
      attribute: node.attribute.map(({ name }) => encodeAttribute(name ?? '', float32([1.5]))),
    }),
  (node) => withFields(node, { attribute: node.attribute.map(({ name }) => encodeAttribute(name ?? '', float(-0.5))) }),
];

const CONSTANT_DAMAGES: readonly ((proto: TensorProto) => TensorProto)[] = [
  (proto) => withFields(proto, { dims: [] }),
  (proto) => withFields(proto, { dims: [Long.fromNumber(-3)] }),
  (proto) => withFields(proto, { dims: [Long.MAX_VALUE, Long.MAX_VALUE] }),
  (proto) => withFields(proto, { rawData: new Uint8Array(3) }),
  (proto) => withFields(proto, { rawData: null }),
  (proto) => withFields(proto, { dataType: 7 }),
  (proto) => withFields(proto, { dataType: 8 }),
  (proto) => withFields(proto, { dataType: 999 }),
  (proto) => withFields(proto, { name: '' }),
  (proto) => withFields(proto, { externalData: [{ key: 'location', value: 'x' }] }),
];
