import { float32, GraphBuilder, int64, type Model } from '@edgeloop/onnx';
import { TASKS, type TrainingTask } from './training-task.ts';

export const INPUT = 'x';
export const LOGITS = 'logits';

/** The forward graph of a task, from `x` to `logits`, with random weights. */
export function onnxNetwork(task: TrainingTask): Model {
  return NETWORKS[task]();
}

const NETWORKS: Readonly<Record<TrainingTask, () => Model>> = { mlp, cnn, lstm };

function mlp(): Model {
  const { sizes } = TASKS.mlp;
  const graph = new GraphBuilder();
  const x = graph.input(INPUT, 'float32', ['batch', sizes[0]]);
  return ended(graph, stack(graph, x, sizes), sizes.at(-1) ?? 0);
}

function cnn(): Model {
  const { size, filters, hidden, classes } = TASKS.cnn;
  const graph = new GraphBuilder();
  let value = graph.input(INPUT, 'float32', ['batch', 1, size, size]);
  let channels = 1;
  for (const [layer, outputs] of filters.entries()) {
    const weights = [weight(graph, `conv_${layer}`, [outputs, channels, 3, 3]), bias(graph, `conv_${layer}`, outputs)];
    const attributes = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
    const active = graph.node('Relu', [graph.node('Conv', [value, ...weights], attributes)]);
    value = graph.node('MaxPool', [active], { kernel_shape: [2, 2], strides: [2, 2] });
    channels = outputs;
  }
  const side = size / 2 ** filters.length;
  const flat = graph.node('Flatten', [value]);
  return ended(graph, stack(graph, flat, [channels * side * side, hidden, classes]), classes);
}

function lstm(): Model {
  const { length, vocabulary, embedding, filters, width, pool, units, classes } = TASKS.lstm;
  const graph = new GraphBuilder();
  const words = graph.input(INPUT, 'int64', ['batch', length]);
  const embedded = graph.node('Gather', [weight(graph, 'embedding', [vocabulary, embedding]), words]);
  const channelsFirst = graph.node('Transpose', [embedded], { perm: [0, 2, 1] });
  const kernel = [weight(graph, 'conv', [filters, embedding, width]), bias(graph, 'conv', filters)];
  const margin = (width - 1) / 2;
  const convolved = graph.node('Conv', [channelsFirst, ...kernel], { kernel_shape: [width], pads: [margin, margin] });
  const active = graph.node('Relu', [convolved]);
  const pooled = graph.node('MaxPool', [active], { kernel_shape: [pool], strides: [pool] });
  const timeFirst = graph.node('Transpose', [pooled], { perm: [2, 0, 1] });
  const recurrent = [weight(graph, 'lstm_w', [1, 4 * units, filters]), weight(graph, 'lstm_r', [1, 4 * units, units])];
  const inputs = [timeFirst, ...recurrent, bias(graph, 'lstm_b', 8 * units, [1, 8 * units])];
  const [, last = ''] = graph.nodeWithOutputs(2, 'LSTM', inputs, { hidden_size: units });
  const state = graph.node('Squeeze', [last, graph.constant(int64([0]))]);
  return ended(graph, stack(graph, state, [units, classes]), classes);
}

function stack(graph: GraphBuilder, input: string, sizes: readonly number[]): string {
  let value = input;
  for (const [layer, inputs] of sizes.slice(0, -1).entries()) {
    const outputs = sizes[layer + 1] ?? 0;
    const isLast = layer === sizes.length - 2;
    const weights = [weight(graph, `dense_${layer}`, [inputs, outputs]), bias(graph, `dense_${layer}`, outputs)];
    value = graph.node('Gemm', [value, ...weights], {}, isLast ? { outputs: [LOGITS] } : {});
    if (!isLast) value = graph.node('Relu', [value]);
  }
  return value;
}

function weight(graph: GraphBuilder, name: string, dims: readonly number[]): string {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const limit = Math.sqrt((3 * (dims[0] ?? 1)) / count);
  const data = Float32Array.from({ length: count }, () => limit * (2 * Math.random() - 1));
  return graph.initializer(`${name}_weight`, float32(data, dims));
}

function bias(graph: GraphBuilder, name: string, size: number, dims: readonly number[] = [size]): string {
  return graph.initializer(`${name}_bias`, float32(new Float32Array(size), dims));
}

function ended(graph: GraphBuilder, logits: string, classes: number): Model {
  return graph.output(logits, 'float32', ['batch', classes]).build();
}
