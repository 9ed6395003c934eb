import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, type TensorOf, tensor } from '../../tensor/tensor.ts';
import type { PreviousScales } from '../static/previous-scales.ts';
import { quantizeWeights } from '../weights/quantized-weights.ts';

/** Names of the constants that stand for one weight matrix [input, output]. */
export interface StoredMatrix {
  /** int8 [input, output] */
  readonly values: string;
  /** [output] */
  readonly scales: string;
}

/** Weight matrices of a graph as integers, each column with a scale of its own: those that nodes share, once. */
export class StoredMatrices {
  readonly #graph: GraphBuilder;
  readonly #reduceRange: boolean;
  readonly #previous: PreviousScales;
  readonly #stored = new Map<string, StoredMatrix>();

  constructor(graph: GraphBuilder, reduceRange: boolean, previous: PreviousScales) {
    this.#graph = graph;
    this.#reduceRange = reduceRange;
    this.#previous = previous;
  }

  /** @param variant tells apart what different nodes make of the same constant, such as a transposed one */
  of(name: string, variant: string, columns: () => TensorOf<'float32'>): StoredMatrix {
    const key = `${variant}:${name}`;
    const known = this.#stored.get(key);
    if (known) return known;
    const matrix = columns();
    const previousScales = this.#previous.ofWeights(name, matrix.dims[1] ?? 0);
    const options = { channelAxis: 1, reduceRange: this.#reduceRange, ...(previousScales ? { previousScales } : {}) };
    const { values, scales } = quantizeWeights(matrix, options);
    const stored = {
      values: this.#graph.constant(tensor('int8', matrix.dims, values), `${name}_quantized`),
      scales: this.#graph.constant(float32(scales), `${name}_scale`),
    };
    this.#stored.set(key, stored);
    return stored;
  }
}
