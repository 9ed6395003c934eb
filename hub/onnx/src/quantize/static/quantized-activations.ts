import { UsageError } from '../../errors.ts';
import { type Graph, type Node, withFields } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { producersOf } from '../../graph/topology.ts';
import { scalar, tensor } from '../../tensor/tensor.ts';
import { quantizeRange, type ValueRange } from './activation-quantization.ts';

/** An activation that went to u8 and back. */
export interface QuantizedActivation {
  /** Name of the float value behind the pair of QuantizeLinear and DequantizeLinear. */
  readonly value: string;
  readonly scale: number;
}

/** The activations of a graph that become integers: adds their nodes when they are first used. */
export class QuantizedActivations {
  readonly #graph: GraphBuilder;
  readonly #ranges = new Map<string, ValueRange>();
  readonly #used = new Map<string, QuantizedActivation>();
  /** ReLU nodes by output whose work QuantizeLinear does. */
  readonly #folded = new Map<string, Node>();

  /** @throws UsageError RANGE_MISSING */
  constructor(graph: GraphBuilder, base: Graph, names: readonly string[], ranges: ReadonlyMap<string, ValueRange>) {
    this.#graph = graph;
    const producers = producersOf(base.node);
    const outputs = new Set(base.output.map(({ name }) => name));
    for (const name of names) {
      const range = ranges.get(name);
      if (!range) {
        throw new UsageError('RANGE_MISSING', `Value ${name} must have a range, got none`, { place: { value: name } });
      }
      const producer = producers.get(name);
      const isRelu = producer?.opType === 'Relu' && !producer.domain;
      // A ReLU that is an output of the graph must be there in float as well.
      if (isRelu && !outputs.has(name)) this.#folded.set(name, producer);
      this.#ranges.set(name, isRelu ? { min: 0, max: Math.max(0, range.max) } : range);
    }
  }

  /** Whether the node is a ReLU that goes because its output is quantized. */
  replaces(node: Node): boolean {
    return this.#folded.get(node.output[0] ?? '') === node;
  }

  /** The node, reading quantized activations where their float form no longer exists. */
  rewired(node: Node): Node {
    if (!node.input.some((value) => this.#folded.has(value))) return node;
    return withFields(node, {
      input: node.input.map((value) => (this.#folded.has(value) ? this.use(value).value : value)),
    });
  }

  /** The activation `name` after quantization. */
  use(name: string): QuantizedActivation {
    const used = this.#used.get(name) ?? this.#add(name);
    this.#used.set(name, used);
    return used;
  }

  #add(name: string): QuantizedActivation {
    const { scale, zeroPoint } = quantizeRange(name, this.#ranges.get(name) ?? { min: 0, max: 0 });
    const source = this.#folded.get(name)?.input[0] ?? name;
    const parameters = [
      this.#graph.constant(scalar(scale), `${name}_scale`),
      this.#graph.constant(tensor('uint8', [], Uint8Array.of(zeroPoint)), `${name}_zero_point`),
    ];
    const quantized = this.#graph.node('QuantizeLinear', [source, ...parameters], {}, { name: `${name}_quantize` });
    const value = this.#graph.node('DequantizeLinear', [quantized, ...parameters], {}, { name: `${name}_dequantize` });
    return { value, scale };
  }
}
