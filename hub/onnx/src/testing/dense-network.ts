import type { Model } from '../format/messages.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { float32 } from '../tensor/tensor.ts';
import { randomFloat32, seededRandom } from './random-tensors.ts';

export interface DenseNetworkOptions {
  /** Sizes from the input to the output. */
  readonly sizes: readonly number[];
  /** @default 'Relu' */
  readonly activation?: 'Relu' | 'Tanh';
  readonly seed?: number;
}

/**
 * A network as the hub makes it: missing inputs filled, standardised and clipped, then dense layers, `logits` and
 * `probabilities`. Weights are `w0`, `b0`, `w1`, ...; those of odd layers lie transposed.
 */
export function denseNetwork({ sizes, activation = 'Relu', seed = 1 }: DenseNetworkOptions): Model {
  const graph = new GraphBuilder({ name: 'dense' });
  const random = seededRandom(seed);
  const [features = 1] = sizes;
  let value = preprocessed(graph, features);
  const layers = sizes.slice(1);
  for (const [layer, width] of layers.entries()) {
    const inputs = sizes[layer] ?? 1;
    const transB = layer % 2;
    const weights = randomFloat32(random, transB ? [width, inputs] : [inputs, width], Math.sqrt(3 / inputs));
    graph.initializer(`w${layer}`, weights);
    graph.initializer(`b${layer}`, randomFloat32(random, [width], 0.1));
    const isLast = layer === layers.length - 1;
    const names = isLast ? { outputs: ['logits'] } : {};
    const product = graph.node(
      'Gemm',
      [value, `w${layer}`, `b${layer}`],
      { transB },
      { name: `dense${layer}`, ...names },
    );
    value = isLast ? product : graph.node(activation, [product]);
  }
  graph.node('Softmax', [value], { axis: -1 }, { outputs: ['probabilities'] });
  graph.output('probabilities', 'float32', ['batch', layers.at(-1) ?? 1]);
  return graph.build();
}

function preprocessed(graph: GraphBuilder, features: number): string {
  const ones = new Float32Array(features).fill(1);
  graph.input('features', 'float32', ['batch', features]);
  graph.initializer('fill', float32(ones.map((one) => one * 0.25)));
  graph.initializer('mean', float32(ones.map((one) => one * 0.1)));
  graph.initializer('deviation', float32(ones.map((one) => one * 0.5)));
  const filled = graph.node('Where', [graph.node('IsNaN', ['features']), 'fill', 'features']);
  const scaled = graph.node('Div', [graph.node('Sub', [filled, 'mean']), 'deviation']);
  return graph.node('Clip', [scaled, graph.constant(float32([-5], [])), graph.constant(float32([5], []))]);
}

/** What `preprocessed` makes of one raw value. */
export function preprocessedValue(raw: number): number {
  return Math.max(-5, Math.min(5, ((Number.isNaN(raw) ? 0.25 : raw) - 0.1) / 0.5));
}
