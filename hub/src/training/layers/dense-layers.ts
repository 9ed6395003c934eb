import { float32, type GraphBuilder, scalar } from '@edgeloop/onnx';
import type { SeededRandom } from '../seeded-random.ts';

/** Adds dense layers, ReLU and dropout between them, with first weights of their own. */
export class DenseLayers {
  readonly #graph: GraphBuilder;
  readonly #random: SeededRandom;

  readonly #dropout: number;

  /** @param dropout share of the units that a training step leaves out */
  constructor(graph: GraphBuilder, random: SeededRandom, dropout: number) {
    this.#graph = graph;
    this.#random = random;
    this.#dropout = dropout;
  }

  /** `value` as it is, but for the units that a training step leaves out. */
  thinned(value: string): string {
    return this.#dropout === 0
      ? value
      : this.#graph.node('Dropout', [value, this.#graph.constant(scalar(this.#dropout))]);
  }

  /**
   * @param value shape [batch, sizes[0]]
   * @param sizes of the input and of every layer
   * @param output name of the last layer's result, which has no ReLU
   */
  stack(value: string, sizes: readonly number[], output: string): void {
    let last = value;
    for (const [layer, inputs] of sizes.slice(0, -1).entries()) {
      const outputs = sizes[layer + 1] ?? 0;
      const isLast = layer === sizes.length - 2;
      const weight = this.#graph.initializer(
        `dense_${layer}_weight`,
        float32(firstWeights(this.#random, inputs * outputs, inputs, isLast ? outputs : 0), [inputs, outputs]),
      );
      const bias = this.#graph.initializer(`dense_${layer}_bias`, float32(new Float32Array(outputs)));
      last = this.#graph.node('Gemm', [last, weight, bias], {}, isLast ? { outputs: [output] } : {});
      if (!isLast) last = this.thinned(this.#graph.node('Relu', [last]));
    }
  }
}

/**
 * Uniform first weights: by He in front of a ReLU, where `outputs` is 0, else by Glorot.
 *
 * @param inputs values that one unit reads
 */
export function firstWeights(random: SeededRandom, count: number, inputs: number, outputs = 0): Float32Array {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: count }, () => (random.next() * 2 - 1) * limit);
}
