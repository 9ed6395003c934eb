import { float32, GraphBuilder, glorotUniform, int64, type Model, scalar } from '@edgeloop/onnx';
import { discardBuffers } from '../discard-buffers.ts';

/** A network whose training is measured. */
export interface MemoryNetwork {
  /** From `x` to `logits`, with so many units or channels in each hidden layer. */
  make(units: number): Model;
  /** Shape of a row. */
  readonly dims: readonly number[];
  /** Unless another one is asked for. */
  readonly batchSize: number;
  /** Values of a row that lie between two operators: what goes in, sums, what ReLU leaves of them, what comes out. */
  activations(units: number): number;
}

const CLASSES = 10;
const FEATURES = 64;
const CONVOLUTIONS = 6;
const [SIDE, WINDOW] = [8, 3];
const [WORDS, WIDTH] = [32, 256];
const INT64 = 7;
const [STEPS, RECURRENT_FEATURES] = [16, 1_024];
const GATES = { LSTM: 4, GRU: 3 } as const;
/** Values of a cell for each unit and step: its gates before and behind their activations, and what becomes of them. */
const CELL_VALUES = { LSTM: 13, GRU: 11 } as const;

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

/** Rows of a table, of which the mean is told apart. */
function table(rows: number): Model {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', ['batch', WORDS]);
  const places = graph.node('Mul', [graph.node('Abs', [x]), graph.constant(scalar(rows - 1))]);
  const picked = graph.node('Gather', [drawn(graph, 0, [rows, WIDTH]), graph.node('Cast', [places], { to: INT64 })]);
  const means = graph.node('ReduceMean', [picked, graph.constant(int64([1]))], { keepdims: 0 });
  graph.node('Gemm', [means, ...parameters(graph, 1, [WIDTH, CLASSES], CLASSES)], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

/** Series, of which one recurrent layer reads every step; what it ends with is told apart. */
function recurrent({ operator, attributes = {}, directions = 1 }: Recurrent): (units: number) => Model {
  return (units) => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['batch', STEPS, RECURRENT_FEATURES]);
    const rows = GATES[operator] * units;
    const weights = [RECURRENT_FEATURES, units].map((width, at) => drawn(graph, at, [directions, rows, width]));
    const bias = graph.initializer('b', float32(new Float32Array(directions * 2 * rows), [directions, 2 * rows]));
    const series = graph.node('Transpose', [x], { perm: [1, 0, 2] });
    const inputs = [series, ...weights, bias];
    const [, last = ''] = graph.nodeWithOutputs(2, operator, inputs, { hidden_size: units, ...attributes });
    const flat = graph.node('Flatten', [graph.node('Transpose', [last], { perm: [1, 0, 2] })]);
    const head = parameters(graph, 2, [directions * units, CLASSES], CLASSES);
    graph.node('Gemm', [flat, ...head], {}, { outputs: ['logits'] });
    return graph.output('logits', 'float32', ['batch', CLASSES]).build();
  };
}

function parameters(graph: GraphBuilder, layer: number, dims: readonly number[], outputs: number): string[] {
  return [drawn(graph, layer, dims), graph.initializer(`b${layer}`, float32(new Float32Array(outputs)))];
}

function drawn(graph: GraphBuilder, layer: number, dims: readonly number[]): string {
  const values = glorotUniform(dims, layer);
  const weight = graph.initializer(`w${layer}`, values);
  // What it was drawn into is no part of the training, but would be there as long as the garbage collector likes.
  discardBuffers([values.data.buffer as ArrayBuffer]);
  return weight;
}

interface Recurrent {
  readonly operator: 'LSTM' | 'GRU';
  readonly attributes?: Readonly<Record<string, number | string>>;
  /** @default 1 */
  readonly directions?: number;
}

function recurrentNetwork(layer: Recurrent): MemoryNetwork {
  const { operator, directions = 1 } = layer;
  return {
    ...{ make: recurrent(layer), dims: [STEPS, RECURRENT_FEATURES], batchSize: 16 },
    activations: (units) => {
      return (
        STEPS * (2 * RECURRENT_FEATURES + directions * CELL_VALUES[operator] * units) + directions * units + CLASSES
      );
    },
  };
}

export const MEMORY_NETWORKS: Readonly<
  Record<'dense' | 'convolutions' | 'table' | 'lstm' | 'lstm-both-ways' | 'gru' | 'gru-reset-first', MemoryNetwork>
> = {
  dense: {
    ...{ make: dense, dims: [FEATURES], batchSize: 64 },
    activations: (units) => FEATURES + 4 * units + CLASSES,
  },
  convolutions: {
    ...{ make: convolutions, dims: [1, SIDE, SIDE], batchSize: 32 },
    activations: (channels) => SIDE ** 2 * (1 + 2 * CONVOLUTIONS * channels) + 2 * channels + CLASSES,
  },
  table: {
    ...{ make: table, dims: [WORDS], batchSize: 64 },
    activations: () => 3 * WORDS + (WORDS + 1) * WIDTH + CLASSES,
  },
  lstm: recurrentNetwork({ operator: 'LSTM' }),
  'lstm-both-ways': recurrentNetwork({
    operator: 'LSTM',
    attributes: { direction: 'bidirectional' },
    directions: 2,
  }),
  gru: recurrentNetwork({ operator: 'GRU', attributes: { linear_before_reset: 1 } }),
  'gru-reset-first': recurrentNetwork({ operator: 'GRU' }),
};
