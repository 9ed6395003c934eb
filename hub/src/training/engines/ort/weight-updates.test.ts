import { createHash } from 'node:crypto';
import {
  float32,
  GraphBuilder,
  glorotUniform,
  int64,
  type Model,
  type OptimizerOptions,
  scalar,
  type TrainingOptions,
} from '@edgeloop/onnx';
import { expect, test } from 'vitest';
import { OrtEngine } from '../../../worker/ort/ort-engine.ts';
import { SeededRandom } from '../../seeded-random.ts';
import { GraphStep } from './graph-step.ts';

const TOKENS = 6;
const WORDS = 3_000;
const WIDTH = 16;
const CLASSES = 3;
/** The last batch of an epoch has fewer rows. */
const BATCHES = [8, 8, 5, 8, 5];
const INT64 = 7;

/** Weights of each kind of gradient: a table, a kernel, matrices. */
function network(): Model {
  const graph = new GraphBuilder();
  const weight = (name: string, dims: readonly number[]): string =>
    graph.initializer(name, glorotUniform(dims, dims.length));
  graph.input('x', 'float32', ['batch', TOKENS]);
  const ids = graph.node('Cast', ['x'], { to: INT64 });
  const words = graph.node('Gather', [weight('table', [WORDS, WIDTH]), ids]);
  const filtered = graph.node('Conv', [words, weight('kernel', [80, TOKENS, 3])], { kernel_shape: [3] });
  const flat = graph.node('Flatten', [graph.node('Relu', [filtered])]);
  const hidden = graph.node('Gemm', [
    flat,
    weight('inner', [80 * 14, 100]),
    graph.initializer('bias', float32(new Float32Array(100))),
  ]);
  graph.node('MatMul', [graph.node('Relu', [hidden]), weight('outer', [100, CLASSES])], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

async function trained(
  options: Partial<TrainingOptions>,
  threads: number,
  forward = network(),
): Promise<ReadonlyMap<string, unknown>> {
  const loss = { kind: 'softmax-cross-entropy', output: 'logits' } as const;
  const step = await GraphStep.open(new OrtEngine(), forward, {
    loss,
    ...options,
    input: 'x',
    dims: [TOKENS],
    threads,
  });
  const random = new SeededRandom(3);
  let state = step.takeFirstState();
  for (const [at, rows] of BATCHES.entries()) {
    const values = Float32Array.from({ length: rows * TOKENS }, () => Math.floor(WORDS * random.next() ** 3));
    const labels = BigInt64Array.from({ length: rows }, () => BigInt(Math.floor(CLASSES * random.next())));
    state = (await step.run(state, { batches: 1, rows, values, labels }, [0.01 * (at + 1)])).state;
  }
  await step.close();
  return new Map(Object.entries(state).map(([name, { dims, data }]) => [name, { dims, digest: digestOf(data) }]));
}

function digestOf(data: unknown): string {
  if (!(data instanceof Float32Array)) return '';
  return createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');
}

const OPTIMIZERS: readonly OptimizerOptions[] = [
  { kind: 'adamw', weightDecay: 0.1 },
  { kind: 'sgd', momentum: 0.9 },
];

for (const optimizer of OPTIMIZERS) {
  test(`weights updated behind a run have the bits of those that go through it, with ${optimizer.kind}`, async () => {
    const options = { optimizer, clipNorm: 0.5, averageDecay: 0.9 };
    // How a sum is shared among threads has a say in its bits.
    for (const threads of [1, 2]) {
      const whole = await trained(options, threads);
      expect(await trained({ ...options, deferredFrom: 100 }, threads)).toEqual(whole);
    }
  });
}

/** A recurrent layer over series of one value, whose weights of each direction have more than 2^20 entries. */
function bothWays(operator: 'GRU' | 'LSTM' | 'RNN', hidden: number): Model {
  const graph = new GraphBuilder();
  const rows = { GRU: 3, LSTM: 4, RNN: 1 }[operator] * hidden;
  const x = graph.input('x', 'float32', ['batch', TOKENS]);
  const shares = graph.node('Div', [x, graph.constant(scalar(WORDS))]);
  const values = graph.node('Unsqueeze', [shares, graph.constant(int64([2]))]);
  const series = graph.node('Transpose', [values], { perm: [1, 0, 2] });
  const weights = [1, hidden].map((width) => graph.initializer(`w${width}`, glorotUniform([2, rows, width], width)));
  const attributes = { hidden_size: hidden, direction: 'bidirectional' };
  const [, last = ''] = graph.nodeWithOutputs(2, operator, [series, ...weights], attributes);
  const flat = graph.node('Flatten', [graph.node('Transpose', [last], { perm: [1, 0, 2] })]);
  const head = graph.initializer('head', glorotUniform([2 * hidden, CLASSES], 1));
  graph.node('MatMul', [flat, head], {}, { outputs: ['logits'] });
  return graph.output('logits', 'float32', ['batch', CLASSES]).build();
}

for (const [operator, hidden] of [
  ['GRU', 593],
  ['LSTM', 513],
  ['RNN', 1_025],
] as const) {
  test(`large weights of two directions are read where they lie, to the bits of copies, with ${operator}`, async () => {
    const options = { optimizer: { kind: 'sgd' }, clipNorm: 0.5 } as const;
    const whole = await trained(options, 1, bothWays(operator, hidden));
    expect(await trained({ ...options, deferredFrom: 2 ** 16 }, 1, bothWays(operator, hidden))).toEqual(whole);
  });
}
