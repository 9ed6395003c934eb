import { ModelError } from '../../errors.ts';
import type { Node } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { describeNode } from '../../graph/topology.ts';
import type { Constants } from '../../shape/constants.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { int64, scalar, tensor } from '../../tensor/tensor.ts';
import type { StateTensor } from '../training-graph.ts';

/** The prime 2^31 - 1: residues are squared in int64 without overflow. */
const PRIME = 2 ** 31 - 1;
/** Odd numbers without pattern, below PRIME: the fractions of the golden ratio, sqrt 2, sqrt 3 and sqrt 5. */
const KEYS = [1_327_217_885, 889_516_853, 1_572_067_135, 506_952_113] as const;
/** float32 counts whole numbers up to here. */
const MOST_STEPS = 2 ** 24;

/**
 * Dropout whose masks depend on nothing but the seed, the node and the number of the step, so that a resumed run drops
 * what an uninterrupted one would have dropped.
 *
 * Each row and each place within a row gets a hash; an entry stays where their product, modulo 2^32, is above the
 * ratio's threshold. The hash is counter-based: x <- x^2 + key, modulo the prime 2^31 - 1, four times, from
 * row * key + hash of step, seed and node. A mask costs one multiplication, one comparison and one choice per entry. The
 * masks repeat after 2^24 steps.
 */
export class DropoutMasks {
  readonly #graph: GraphBuilder;
  readonly #constants: Constants;
  readonly #seed: number;
  #counter: { readonly state: StateTensor; readonly hash: string } | undefined;
  #count = 0;

  constructor(graph: GraphBuilder, constants: Constants, seed: number) {
    this.#graph = graph;
    this.#constants = constants;
    this.#seed = seed;
  }

  /** The step counter, once a node was replaced. */
  get state(): StateTensor[] {
    return this.#counter ? [this.#counter.state] : [];
  }

  /** Puts a mask in place of a Dropout node. False where the node drops nothing. */
  replace(node: Node): boolean {
    const ratio = this.#ratioOf(node);
    if (ratio === 0) return false;
    const [x = ''] = node.input;
    const shape = this.#op('Shape', [x]);
    const zero = this.#int(0);
    // An empty batch has no rows to divide by.
    const rows = this.#op('Max', [this.#op('Gather', [shape, zero]), this.#int(1)]);
    const places = this.#op('Div', [this.#op('Size', [x]), rows]);
    const key = this.#op('Add', [this.#stepHash(), this.#int(this.#nodeKey())]);
    const ofRow = this.#asInt32(this.#hash(this.#op('Add', [this.#spread(rows), key])), [-1, 1]);
    const ofPlace = this.#asInt32(
      this.#hash(this.#op('Add', [this.#spread(places), this.#int(this.#nodeKey())])),
      [1, -1],
    );
    const threshold = tensor('int32', [], Int32Array.of(Math.round(ratio * 2 ** 32) - 2 ** 31));
    const isKept = this.#op('GreaterOrEqual', [this.#op('Mul', [ofRow, ofPlace]), this.#graph.constant(threshold)]);
    const scales = [1 / (1 - ratio), 0].map((value) => this.#graph.constant(scalar(value)));
    const factors = this.#op('Reshape', [this.#op('Where', [isKept, ...scales]), shape]);
    this.#graph.replace(node.output[0] ?? '', 'Mul', [x, factors]);
    return true;
  }

  #ratioOf(node: Node): number {
    const [, name = ''] = node.input;
    const value = name === '' ? 0.5 : Number(this.#constants.get(name)?.data[0]);
    if (value >= 0 && value < 1) return value;
    const place = { node: node.name ?? '', operator: node.opType ?? '' };
    const message = `Node ${describeNode(node)} must have a constant ratio of at least 0 and below 1, got ${name}`;
    throw new ModelError('NOT_TRAINABLE', message, { place });
  }

  /** Number of the step, hashed with the seed: the same for all nodes. */
  #stepHash(): string {
    if (!this.#counter) {
      const input = this.#graph.freshInput('dropout_step', 'float32', []);
      const next = this.#op('Add', [input, this.#graph.constant(scalar(1))]);
      const output = this.#graph.node('Mod', [next, this.#graph.constant(scalar(MOST_STEPS))], { fmod: 1 });
      const step = this.#op('Cast', [input], { to: DATA_TYPE.int64 });
      const seeded = this.#op('Add', [this.#op('Mul', [step, this.#int(KEYS[0])]), this.#int(hashed(this.#seed))]);
      const common = { name: 'dropout_step', kind: 'optimizer', dims: [], initial: new Float32Array(1) } as const;
      this.#counter = { state: { ...common, input, output }, hash: this.#hash(seeded) };
    }
    return this.#counter.hash;
  }

  #nodeKey(): number {
    this.#count += 1;
    return hashed(this.#seed + this.#count * KEYS[1]);
  }

  /** 0, 1, ... `count` - 1, far apart. */
  #spread(count: string): string {
    return this.#op('Mul', [this.#op('Range', [this.#int(0), count, this.#int(1)]), this.#int(KEYS[2])]);
  }

  #hash(value: string): string {
    const prime = this.#int(PRIME);
    const residue = this.#op('Mod', [value, prime]);
    return KEYS.reduce((last, key) => {
      const square = this.#op('Mul', [last, last]);
      return this.#op('Mod', [this.#op('Add', [square, this.#int(key)]), prime]);
    }, residue);
  }

  #asInt32(value: string, shape: readonly number[]): string {
    const column = this.#op('Reshape', [value, this.#graph.constant(int64(shape))]);
    return this.#op('Cast', [column], { to: DATA_TYPE.int32 });
  }

  #int(value: number): string {
    return this.#graph.constant(tensor('int64', [], BigInt64Array.of(BigInt(value))));
  }

  #op(operator: string, inputs: readonly string[], attributes: Readonly<Record<string, number>> = {}): string {
    return this.#graph.node(operator, inputs, attributes, { name: `dropout_${operator.toLowerCase()}` });
  }
}

/** The hash of the graph, of one number. */
function hashed(value: number): number {
  const prime = BigInt(PRIME);
  const residue = ((BigInt(Math.trunc(value)) % prime) + prime) % prime;
  return Number(KEYS.reduce((last, key) => (last * last + BigInt(key)) % prime, residue));
}
