import { buildTrainingGraph, float32, int64, type Tensor, writeModel } from '@edgeloop/onnx';
import * as ort from 'onnxruntime-node';
import { binding } from 'onnxruntime-node/dist/binding.js';
import { RigError } from '../../rig/errors.ts';
import { serveRounds } from '../serve-rounds.ts';
import { INPUT, LOGITS, onnxNetwork } from './onnx-networks.ts';
import { LEARNING_RATE, STEPS_PER_RUN, TASKS, type TrainingTask } from './training-task.ts';

/** Our side: the compiled training graph on ONNX Runtime, one thread, its state fed back run by run. */
async function main(task: TrainingTask): Promise<void> {
  const inside = timeInsideRuntime();
  const forward = onnxNetwork(task);
  const graph = buildTrainingGraph(forward, {
    loss: { kind: 'softmax-cross-entropy', output: LOGITS },
    optimizer: { kind: 'adam' },
    stepsPerRun: STEPS_PER_RUN,
    trainable: forward.graph.initializer.flatMap(({ name }) =>
      /_(weight|bias)$/.test(name ?? '') ? [name ?? ''] : [],
    ),
  });
  const session = await ort.InferenceSession.create(writeModel(graph.model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  let state: Record<string, ort.Tensor> = Object.fromEntries(
    graph.state.map(({ input, dims, initial }) => [input, toOrt(float32(initial, dims))]),
  );
  await serveRounds(async (steps) => {
    const before = inside.milliseconds;
    for (let done = 0; done < steps; done += STEPS_PER_RUN) {
      const count = Math.min(STEPS_PER_RUN, steps - done);
      const rates = toOrt(float32(new Float32Array(count).fill(LEARNING_RATE)));
      const outputs = await session.run({ ...feedsOf(task, count), [graph.learningRate]: rates, ...state });
      const losses = outputs[graph.loss]?.data as Float32Array;
      if (!losses.every(Number.isFinite)) throw new RigError('STAGE_FAILED', 'a loss is no number');
      state = Object.fromEntries(graph.state.map(({ input, output }) => [input, outputs[output] as ort.Tensor]));
    }
    return { insideSeconds: (inside.milliseconds - before) / 1000 };
  });
}

/** So many batches, one upon the other; cut from the same random numbers, which are drawn once. */
function feedsOf(task: TrainingTask, count: number): Record<string, ort.Tensor> {
  const { batch } = TASKS[task];
  const { input, labels } = drawn(task);
  const cut = <Data extends { subarray(from: number, to: number): Data; length: number }>(data: Data): Data =>
    data.subarray(0, (data.length / STEPS_PER_RUN) * count);
  return {
    [INPUT]: toOrt({ ...input, dims: [count, ...input.dims], data: cut(input.data as Float32Array) } as Tensor),
    labels: toOrt({ ...labels, dims: [count, batch], data: cut(labels.data as BigInt64Array) } as Tensor),
  };
}

interface Drawn {
  /** Dims of one batch, data of all. */
  readonly input: Tensor;
  readonly labels: Tensor;
}

const DRAWN = new Map<TrainingTask, Drawn>();

function drawn(task: TrainingTask): Drawn {
  const known = DRAWN.get(task);
  if (known) return known;
  const { batch } = TASKS[task];
  const classes = task === 'mlp' ? TASKS.mlp.sizes[3] : TASKS[task].classes;
  const labels = int64(whole(STEPS_PER_RUN * batch, classes));
  const made = { input: inputOf(task), labels };
  DRAWN.set(task, made);
  return made;
}

function inputOf(task: TrainingTask): Tensor {
  if (task === 'lstm') {
    const { batch, length, vocabulary } = TASKS.lstm;
    return { ...int64(whole(STEPS_PER_RUN * batch * length, vocabulary)), dims: [batch, length] };
  }
  const dims =
    task === 'mlp' ? [TASKS.mlp.batch, TASKS.mlp.sizes[0]] : [TASKS.cnn.batch, 1, TASKS.cnn.size, TASKS.cnn.size];
  const count = STEPS_PER_RUN * dims.reduce((product, dim) => product * dim, 1);
  return { ...float32(Float32Array.from({ length: count }, () => 2 * Math.random() - 1)), dims };
}

/** Random whole numbers below `limit`. */
function whole(count: number, limit: number): number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * limit));
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
