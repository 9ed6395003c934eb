import { type GraphBuilder, int64 } from '@edgeloop/onnx';
import { isPlain, type LayerValue, range, sizesInGraph } from './layer-value.ts';

/** Brings values into the order that an operator needs; each value into each order at most once. */
export class ValueLayouts {
  readonly #graph: GraphBuilder;
  readonly #arranged = new Map<string, string>();

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  /** The value with `axes` of its shape in this order. */
  arranged(value: LayerValue, axes: readonly number[]): string {
    const { flattened } = value;
    if (flattened === undefined) return this.#transposed(value.name, orderOf(value.axes, axes));
    return this.#transposed(this.#unmixed(value), axes);
  }

  /** A flattened value with its entries in the order in which the layers see them. */
  #unmixed({ name, flattened }: LayerValue): string {
    if (flattened === undefined || isPlain(flattened)) return name;
    return this.#once(`${name} flat`, () => {
      const split = this.#reshaped(name, sizesInGraph(flattened).slice(1));
      const plain = this.#transposed(split, orderOf(flattened.axes, range(flattened.axes.length)));
      return this.#graph.node('Flatten', [plain], { axis: 1 });
    });
  }

  #reshaped(name: string, sizes: readonly (number | null)[]): string {
    return this.#graph.node('Reshape', [name, this.#graph.constant(int64([0, ...sizes.map((size) => size ?? -1)]))]);
  }

  #transposed(name: string, perm: readonly number[]): string {
    if (perm.every((from, at) => from === at)) return name;
    return this.#once(`${name} ${perm}`, () => this.#graph.node('Transpose', [name], { perm }));
  }

  #once(key: string, add: () => string): string {
    const name = this.#arranged.get(key) ?? add();
    this.#arranged.set(key, name);
    return name;
  }
}

/** Permutation that brings a value that lies in the order `from` into the order `to`. */
function orderOf(from: readonly number[], to: readonly number[]): number[] {
  return to.map((axis) => from.indexOf(axis));
}
