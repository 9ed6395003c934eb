import { buildTrainingGraph, float32, int64, scalar, type Tensor, writeModel } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import { binding } from 'onnxruntime-node/dist/binding.js';
import { RigError } from '../../rig/errors.ts';
import { INPUT, LOGITS, onnxNetwork } from './onnx-networks.ts';
import { serveRounds } from './serve-rounds.ts';
import { LEARNING_RATE, TASKS, type TrainingTask } from './training-task.ts';

/** Our side: the compiled training graph on ONNX Runtime, one thread, its state fed back step by step. */
async function main(task: TrainingTask): Promise<void> {
  const inside = timeInsideRuntime();
  const forward = onnxNetwork(task);
  const graph = buildTrainingGraph(forward, {
    loss: { kind: 'softmax-cross-entropy', output: LOGITS },
    optimizer: { kind: 'adam' },
    trainable: forward.graph.initializer.flatMap(({ name }) =>
      /_(weight|bias)$/.test(name ?? '') ? [name ?? ''] : [],
    ),
  });
  const session = await ort.InferenceSession.create(writeModel(graph.model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const fixed = { ...feedsOf(task), [graph.learningRate]: toOrt(scalar(LEARNING_RATE)) };
  let state: Record<string, ort.Tensor> = Object.fromEntries(
    graph.state.map(({ input, dims, initial }) => [input, toOrt(float32(initial, dims))]),
  );
  await serveRounds(async (steps) => {
    const before = inside.milliseconds;
    for (let step = 0; step < steps; step++) {
      const outputs = await session.run({ ...fixed, ...state });
      if (!Number.isFinite(outputs[graph.loss]?.data[0])) throw new RigError('STAGE_FAILED', 'the loss is no number');
      state = Object.fromEntries(graph.state.map(({ input, output }) => [input, outputs[output] as ort.Tensor]));
    }
    return { insideSeconds: (inside.milliseconds - before) / 1000 };
  });
}

function feedsOf(task: TrainingTask): Record<string, ort.Tensor> {
  const { batch } = TASKS[task];
  const classes = task === 'mlp' ? TASKS.mlp.sizes[3] : TASKS[task].classes;
  const labels = int64(Array.from({ length: batch }, () => Math.floor(Math.random() * classes)));
  return { [INPUT]: toOrt(inputOf(task)), labels: toOrt(labels) };
}

function inputOf(task: TrainingTask): Tensor {
  if (task === 'lstm') {
    const { batch, length, vocabulary } = TASKS.lstm;
    const words = Array.from({ length: batch * length }, () => Math.floor(Math.random() * vocabulary));
    return { ...int64(words), dims: [batch, length] };
  }
  const dims =
    task === 'mlp' ? [TASKS.mlp.batch, TASKS.mlp.sizes[0]] : [TASKS.cnn.batch, 1, TASKS.cnn.size, TASKS.cnn.size];
  const count = dims.reduce((product, dim) => product * dim, 1);
  return float32(
    Float32Array.from({ length: count }, () => 2 * Math.random() - 1),
    dims,
  );
}

function toOrt({ type, data, dims }: Tensor): ort.Tensor {
  return new ort.Tensor(type as 'float32', data as Float32Array, dims);
}

interface NativeSession {
  run(...args: unknown[]): unknown;
}

/** Counts the time in the runtime's native call. */
function timeInsideRuntime(): { milliseconds: number } {
  const total = { milliseconds: 0 };
  const native = binding as { InferenceSession: new (...args: unknown[]) => NativeSession };
  native.InferenceSession = class extends native.InferenceSession {
    override run(...args: unknown[]): unknown {
      const startedMs = performance.now();
      try {
        return super.run(...args);
      } finally {
        total.milliseconds += performance.now() - startedMs;
      }
    }
  };
  return total;
}

await main(process.argv[2] as TrainingTask);
