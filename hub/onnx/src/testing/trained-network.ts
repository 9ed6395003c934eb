import type { Model } from '../format/messages.ts';
import { float32, int64, type TensorOf } from '../tensor/tensor.ts';
import { applyState } from '../training/apply-state.ts';
import { buildTrainingGraph } from '../training/build-training-graph.ts';
import { denseNetwork } from './dense-network.ts';
import { ortSession } from './ort-session.ts';
import { seededRandom } from './random-tensors.ts';
import { TrainingRun } from './training-run.ts';

/** Rows with their classes. */
export interface LabelledRows {
  /** [row, feature] */
  readonly features: TensorOf<'float32'>;
  readonly labels: readonly number[];
}

export interface TrainedNetwork {
  readonly model: Model;
  readonly heldOut: LabelledRows;
}

const CLASSES = 4;
const FEATURES = 8;

/** Points around the four corners of a square that two features span, the other six being noise. */
export function clusteredRows(rows: number, seed: number): LabelledRows {
  const random = seededRandom(seed);
  const labels = Array.from({ length: rows }, (_, row) => row % CLASSES);
  const data = labels.flatMap((label) =>
    Array.from({ length: FEATURES }, (_, feature) => {
      const noise = 0.9 * (random() + random() - 1);
      if (feature > 1) return noise;
      return noise + ((label >> feature) & 1 ? 0.8 : -0.8);
    }),
  );
  return { features: float32(data, [rows, FEATURES]), labels };
}

/** A network of the given inner sizes after some epochs of full batches. */
export async function trainedNetwork(inner: readonly number[], steps = 150): Promise<TrainedNetwork> {
  const forward = denseNetwork({ sizes: [FEATURES, ...inner, CLASSES], seed: 3 });
  const loss = { kind: 'softmax-cross-entropy', output: 'logits' } as const;
  const run = await TrainingRun.start(buildTrainingGraph(forward, { loss }));
  const { features, labels } = clusteredRows(256, 1);
  for (let step = 0; step < steps; step++) await run.step({ features, labels: int64(labels) }, 0.005);
  return { model: applyState(forward, run.state()), heldOut: clusteredRows(512, 2) };
}

/** Probabilities [row, class] that a model gives. */
export async function probabilitiesOf(model: Model, { features }: LabelledRows): Promise<Float32Array> {
  const outputs = await (await ortSession(model)).run({ features });
  return (outputs['probabilities'] as TensorOf<'float32'>).data;
}

/** Share of rows whose most probable class is the label. */
export function accuracy(probabilities: Float32Array, labels: readonly number[]): number {
  const hits = labels.filter((label, row) => {
    const own = probabilities.subarray(row * CLASSES, (row + 1) * CLASSES);
    return own.indexOf(Math.max(...own)) === label;
  });
  return hits.length / labels.length;
}
