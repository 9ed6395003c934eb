import {
  applyState,
  buildTrainingGraph,
  exposeActivations,
  firstState,
  float32,
  GraphBuilder,
  glorotUniform,
  int64,
  type Model,
  nextState,
  scalar,
  stateByName,
  type Tensor,
  type ValueRange,
  writeModel,
} from '@edgeloop/onnx';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { DIGIT_SIZE, digitImages } from './mnist-digits.ts';

const PIXELS = DIGIT_SIZE * DIGIT_SIZE;
const SIZES = [PIXELS, 256, 128, 10];
const BATCH = 64;
/** One thread, so that results repeat bit for bit. */
const SESSION = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;

/** Digits as rows of pixels in 0..1. */
export interface DigitRows {
  /** [row, pixel] */
  readonly x: Float32Array;
  readonly labels: readonly number[];
}

/** Some rows of the digits, one of each kind in turn, behind the first `skipped` ones. */
export function digitRows(rows: number, skipped = 0): DigitRows {
  const images = digitImages(skipped + rows).slice(skipped);
  const x = new Float32Array(images.length * PIXELS);
  for (const [row, { pixels }] of images.entries())
    x.set(
      pixels.map((ink) => ink / 255),
      row * PIXELS,
    );
  return { x, labels: images.map(({ label }) => label) };
}

/** Dense layers of 256, 128 and 10 units with ReLU between them: x [batch, 784] -> logits [batch, 10]. */
export function digitNetwork(): Model {
  const graph = new GraphBuilder({ name: 'digits' });
  let value = graph.input('x', 'float32', ['batch', PIXELS]);
  for (const [layer, units] of SIZES.slice(1).entries()) {
    const weight = graph.initializer(`w${layer}`, glorotUniform([SIZES[layer]!, units], layer + 1));
    const bias = graph.initializer(`b${layer}`, float32(new Float32Array(units)));
    const isLast = layer === SIZES.length - 2;
    const product = graph.node('Gemm', [value, weight, bias], {}, isLast ? { outputs: ['logits'] } : {});
    value = isLast ? product : graph.node('Relu', [product]);
  }
  return graph.output('logits', 'float32', ['batch', 10]).build();
}

/**
 * The model after some steps of Adam on batches in the order of the rows.
 *
 * @param trainable names of the weights that learn; all of them by default
 */
export async function trainedOn(
  model: Model,
  rows: DigitRows,
  steps: number,
  learningRate: number,
  trainable?: readonly string[],
): Promise<Model> {
  const training = buildTrainingGraph(model, {
    loss: { kind: 'softmax-cross-entropy', output: 'logits' },
    ...(trainable ? { trainable } : {}),
  });
  const session = await InferenceSession.create(writeModel(training.model), SESSION);
  let state: Record<string, OrtTensor> = toOrt(firstState(training));
  const batches = Math.floor(rows.labels.length / BATCH);
  for (let step = 0; step < steps; step++) {
    const first = (step % batches) * BATCH;
    const x = float32(rows.x.subarray(first * PIXELS, (first + BATCH) * PIXELS), [BATCH, PIXELS]);
    const labels = int64(rows.labels.slice(first, first + BATCH));
    const feeds = toOrt({ x, labels, [training.learningRate]: scalar(learningRate) });
    state = nextState(training, await session.run({ ...feeds, ...state })) as Record<string, OrtTensor>;
  }
  return applyState(model, stateByName(training, state));
}

/** Share of the rows that the model gets right. */
export async function digitAccuracy(model: Model, rows: DigitRows): Promise<number> {
  const [logits] = Object.values(await outputsOf(model, rows));
  const right = rows.labels.filter((label, row) => {
    const own = logits!.subarray(row * 10, row * 10 + 10);
    return own.indexOf(Math.max(...own)) === label;
  });
  return right.length / rows.labels.length;
}

/** Smallest and largest value of every activation over the rows. */
export async function digitRanges(model: Model, rows: DigitRows): Promise<Map<string, ValueRange>> {
  const outputs = Object.entries(await outputsOf(exposeActivations(model), rows));
  return new Map(
    outputs.map(([name, data]) => [
      name,
      {
        min: data.reduce((low, value) => Math.min(low, value)),
        max: data.reduce((high, value) => Math.max(high, value)),
      },
    ]),
  );
}

async function outputsOf(model: Model, { x, labels }: DigitRows): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(writeModel(model), SESSION);
  const outputs = await session.run(toOrt({ x: float32(x, [labels.length, PIXELS]) }));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
}

function toOrt(tensors: Readonly<Record<string, Tensor>>): Record<string, OrtTensor> {
  const entries = Object.entries(tensors).map(([name, { type, data, dims }]): [string, OrtTensor] => [
    name,
    // A union of types does not pick one of the constructor's overloads.
    new OrtTensor(type as 'float32', data as Float32Array, [...dims]),
  ]);
  return Object.fromEntries(entries);
}
