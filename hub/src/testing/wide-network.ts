import { float32, GraphBuilder, type Model, type Tensor } from '@edgeloop/onnx';
import type { FeedSource } from '../quantization/feed-source.ts';
import { SeededRandom } from '../training/seeded-random.ts';

export interface WideNetworkOptions {
  /** A hidden unit has values this many times larger than the others, and says nothing. @default 1 */
  readonly outlier?: number;
  readonly units?: number;
}

const FEATURES = 16;
const CLASSES = 4;

/** x [batch, 16] -> two hidden layers -> probabilities [batch, 4]; random weights, large enough to be worth integers. */
export function wideNetwork({ outlier = 1, units = 96 }: WideNetworkOptions = {}): Model {
  const random = new SeededRandom(11);
  const graph = new GraphBuilder();
  const weights = (rows: number, columns: number): Float32Array =>
    Float32Array.from({ length: rows * columns }, () => (2 * random.next() - 1) / Math.sqrt(rows));
  graph.input('x', 'float32', ['batch', FEATURES]);
  const first = weights(FEATURES, units);
  // The last unit is made large, and the next layer makes it small again.
  for (let row = 0; row < FEATURES; row++) first[(row + 1) * units - 1] = outlier * Math.abs(first[row * units] ?? 0);
  const second = weights(units, units);
  for (let column = 0; column < units; column++) {
    const at = (units - 1) * units + column;
    second[at] = (second[at] ?? 0) / outlier / outlier;
  }
  const layer = (input: string, name: string, values: Float32Array, dims: number[]): string =>
    graph.node('Gemm', [input, graph.initializer(`${name}_w`, float32(values, dims))], {}, { name });
  const hidden = graph.node('Relu', [layer('x', 'first', first, [FEATURES, units])]);
  const deep = graph.node('Relu', [layer(hidden, 'second', second, [units, units])]);
  const logits = layer(
    deep,
    'last',
    weights(units, CLASSES).map((value) => 8 * value),
    [units, CLASSES],
  );
  graph.node('Softmax', [logits], { axis: 1 }, { outputs: ['probabilities'] });
  return graph.output('probabilities', 'float32', ['batch', CLASSES]).build();
}

/** Rows for it. */
export function wideRows(rows: number, seed = 5): FeedSource {
  const random = new SeededRandom(seed);
  const values = Float32Array.from({ length: rows * FEATURES }, () => 2 * random.next() - 1);
  return {
    rows,
    feeds(start, count): Readonly<Record<string, Tensor>> {
      const part = values.subarray(start * FEATURES, (start + count) * FEATURES);
      return { x: float32(part, [part.length / FEATURES, FEATURES]) };
    },
  };
}
