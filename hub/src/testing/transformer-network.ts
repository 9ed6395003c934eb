import { float32, GraphBuilder, int64, type Model, scalar } from '@edgeloop/onnx';
import { SeededRandom } from '../training/seeded-random.ts';

/** Readings in a row, and values of one. */
export const [TRANSFORMER_STEPS, TRANSFORMER_WIDTH] = [12, 64];
/** The two inner layers are large enough for weights in blocks. */
const [HEADS, INNER, CLASSES] = [4, 1024, 4];

/** x [batch, 12, 64] -> an encoder block with the norms in front -> probabilities [batch, 4]; random weights. */
export function transformerNetwork(): Model {
  const layers = new Layers();
  const { graph } = layers;
  const x = graph.input('x', 'float32', ['batch', TRANSFORMER_STEPS, TRANSFORMER_WIDTH]);
  const attended = graph.node('Add', [x, layers.attention(layers.norm(x, 'norm0'))]);
  const wide = graph.node('Relu', [layers.linear(layers.norm(attended, 'norm1'), 'wide', TRANSFORMER_WIDTH, INNER)]);
  const encoded = graph.node('Add', [attended, layers.linear(wide, 'narrow', INNER, TRANSFORMER_WIDTH)]);
  const flat = graph.node('Flatten', [encoded]);
  const logits = layers.linear(flat, 'head', TRANSFORMER_STEPS * TRANSFORMER_WIDTH, CLASSES);
  graph.node('Softmax', [logits], { axis: -1 }, { outputs: ['probabilities'] });
  return graph.output('probabilities', 'float32', ['batch', CLASSES]).build();
}

class Layers {
  readonly graph: GraphBuilder = new GraphBuilder();
  readonly #random = new SeededRandom(23);

  linear(x: string, name: string, inputs: number, outputs: number): string {
    const weights = this.#constant(`${name}_w`, [inputs, outputs], 1 / Math.sqrt(inputs));
    const product = this.graph.node('MatMul', [x, weights], {}, { name });
    return this.graph.node('Add', [product, this.#constant(`${name}_b`, [outputs], 0.1)]);
  }

  norm(x: string, name: string): string {
    const size = [TRANSFORMER_WIDTH];
    const scale = this.graph.initializer(`${name}_scale`, float32(new Float32Array(TRANSFORMER_WIDTH).fill(1), size));
    return this.graph.node('LayerNormalization', [x, scale, this.#constant(`${name}_bias`, size, 0.1)], { axis: -1 });
  }

  attention(x: string): string {
    const { graph } = this;
    const [query, key] = [this.#heads(x, 'query', [0, 2, 1, 3]), this.#heads(x, 'key', [0, 2, 3, 1])];
    const scale = graph.constant(scalar(1 / Math.sqrt(TRANSFORMER_WIDTH / HEADS)));
    const scores = graph.node('Mul', [graph.node('MatMul', [query, key]), scale]);
    const shares = graph.node('Softmax', [scores], { axis: -1 });
    const mixed = graph.node('MatMul', [shares, this.#heads(x, 'value', [0, 2, 1, 3])]);
    const joined = graph.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
    const flat = graph.node('Reshape', [joined, graph.constant(int64([0, 0, TRANSFORMER_WIDTH]))]);
    return this.linear(flat, 'attended', TRANSFORMER_WIDTH, TRANSFORMER_WIDTH);
  }

  #heads(x: string, name: string, perm: readonly number[]): string {
    const product = this.linear(x, name, TRANSFORMER_WIDTH, TRANSFORMER_WIDTH);
    const shape = this.graph.constant(int64([0, 0, HEADS, TRANSFORMER_WIDTH / HEADS]));
    return this.graph.node('Transpose', [this.graph.node('Reshape', [product, shape])], { perm });
  }

  #constant(name: string, dims: readonly number[], spread: number): string {
    const length = dims.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, () => spread * (2 * this.#random.next() - 1));
    return this.graph.initializer(name, float32(values, dims));
  }
}
