import { float32, GraphBuilder, glorotUniform, type Model } from '@edgeloop/onnx';
import { discardBuffers } from '../discard-buffers.ts';

/** A network whose training is measured. */
export interface MemoryNetwork {
  /** From `x` to `logits`, with so many units or channels in each hidden layer. */
  make(units: number): Model;
  /** Shape of a row. */
  readonly dims: readonly number[];
  readonly batchSize: number;
  /** Values of a row that lie between two operators: what goes in, sums, what ReLU leaves of them, what comes out. */
  activations(units: number): number;
}

const CLASSES = 10;
const FEATURES = 64;
const CONVOLUTIONS = 6;
const [SIDE, WINDOW] = [8, 3];

/** Two hidden layers. */
function dense(units: number): Model {
  const graph = new GraphBuilder();
  graph.input('x', 'float32', ['batch', FEATURES]);
  const sizes = [FEATURES, units, units, CLASSES];
  let value = 'x';
  for (const [layer, outputs] of sizes.slice(1).entries()) {
    const weights = parameters(graph, layer, [sizes[layer] ?? 0, outputs], outputs);
    const isLast = layer === sizes.length - 2;
    value = graph.node('Gemm', [value, ...weights], {}, isLast ? { outputs: ['logits'] } : {});
    if (!isLast) value = graph.node('Relu', [value]);
  }
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

/** Windows of 3 x 3 over images of 8 x 8, of all of which the mean is told apart. */
function convolutions(channels: number): Model {
  const graph = new GraphBuilder();
  let value = graph.input('x', 'float32', ['batch', 1, SIDE, SIDE]);
  for (let layer = 0; layer < CONVOLUTIONS; layer++) {
    const weights = parameters(graph, layer, [channels, layer === 0 ? 1 : channels, WINDOW, WINDOW], channels);
    value = graph.node('Relu', [graph.node('Conv', [value, ...weights], { pads: [1, 1, 1, 1] })]);
  }
  const means = graph.node('Flatten', [graph.node('GlobalAveragePool', [value])]);
  const weights = parameters(graph, CONVOLUTIONS, [channels, CLASSES], CLASSES);
  graph.node('Gemm', [means, ...weights], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

function parameters(graph: GraphBuilder, layer: number, dims: readonly number[], outputs: number): string[] {
  const drawn = glorotUniform(dims, layer);
  const weight = graph.initializer(`w${layer}`, drawn);
  // What it was drawn into is no part of the training, but would be there as long as the garbage collector likes.
  discardBuffers([drawn.data.buffer as ArrayBuffer]);
  return [weight, graph.initializer(`b${layer}`, float32(new Float32Array(outputs)))];
}

export const MEMORY_NETWORKS: Readonly<Record<'dense' | 'convolutions', MemoryNetwork>> = {
  dense: {
    ...{ make: dense, dims: [FEATURES], batchSize: 64 },
    activations: (units) => FEATURES + 4 * units + CLASSES,
  },
  convolutions: {
    ...{ make: convolutions, dims: [1, SIDE, SIDE], batchSize: 32 },
    activations: (channels) => SIDE ** 2 * (1 + 2 * CONVOLUTIONS * channels) + 2 * channels + CLASSES,
  },
};
