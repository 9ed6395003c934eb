import { applyState, type Model, optimize, writeModel } from '@edgeloop/onnx';
import type { ModelSignature } from '@edgeloop/protocol';
import { RequestError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import { rowsAtOnce } from '../rows-at-once.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Recipe } from '../store/recipe.ts';
import { rowSize, type TrainingRows } from './batches.ts';
import { classifier } from './classifier.ts';
import { makeNetwork } from './make-network.ts';
import { classifierSignature } from './model-signature.ts';
import { NETWORK_VALUES, type Network } from './network.ts';
import { SeededRandom } from './seeded-random.ts';
import { type Trained, Trainer } from './trainer.ts';
import type { TrainingIdentity } from './training-checkpoint.ts';
import type { TrainingHooks } from './training-loop.ts';
import { trainingPlan } from './training-plan.ts';

export interface TrainModelInput extends TrainingHooks {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: LabelledRows;
  /** Rows to stop by; the training rows themselves where it has none. */
  readonly validation: LabelledRows;
  readonly engine: GraphEngine;
  /** File of the version that a recipe of family fine-tune starts from. */
  readonly base?: Uint8Array | undefined;
  readonly nowMs: () => number;
  /** What makes this training what it is, beside its recipe and seed: a checkpoint of another is not gone on from. */
  readonly identity?: TrainingIdentity | undefined;
}

export interface TrainedModel extends Omit<Trained, 'weights'> {
  readonly model: Model;
  readonly signature: ModelSignature;
}

/**
 * Trains the model of a recipe. The same input, seed and engine give the same model, bit for bit, however often the
 * training was interrupted and went on from a checkpoint.
 *
 * @throws RequestError INVALID_INPUT when there is nothing to tell apart; OutsideError LOSS_NOT_FINITE, OUT_OF_MEMORY
 */
export async function trainModel(input: TrainModelInput): Promise<TrainedModel> {
  const { recipe, train, engine } = input;
  checkRows(train);
  const random = new SeededRandom(input.seed);
  const network = await makeNetwork({ recipe, train, random, engine, base: input.base });
  const validation = input.validation.rows > 0 ? input.validation : train;
  const [trainRows, validationRows] = await preparedRows(engine, network, [train, validation]);
  const classes = train.classes.length;
  const plan = trainingPlan(recipe, input.seed, { labels: train.labels, classes });
  const trainer = new Trainer(engine, plan, input.nowMs);
  const trained = await trainer.train({
    forward: network.core,
    trainable: network.trainable,
    input: NETWORK_VALUES.prepared,
    output: NETWORK_VALUES.logits,
    train: trainRows,
    validation: validationRows,
    classes,
    random: random.state,
    identity: { ...input.identity, recipe: JSON.stringify(recipe), seed: String(input.seed) },
    hooks: input,
  });
  const { weights, ...record } = trained;
  const model = classifier(network, applyState(network.core, weights), classes);
  return {
    // Models made elsewhere come with layers that only training needs.
    model: recipe.family === 'fine-tune' ? optimize(model).model : model,
    signature: classifierSignature(train.features, train.classes),
    ...record,
  };
}

/** Prepares all rows once, by the very nodes the finished model has, so that no training step has to. */
async function preparedRows(
  engine: GraphEngine,
  { preparation, preparedDims }: Network,
  [train, validation]: readonly [LabelledRows, LabelledRows],
): Promise<[TrainingRows, TrainingRows]> {
  const runner = await engine.open(writeModel(preparation));
  const size = rowSize(preparedDims);
  const atOnce = rowsAtOnce(preparation);
  const prepare = async (rows: LabelledRows): Promise<TrainingRows> => {
    const features = rows.features.length;
    const values = new Float32Array(rows.rows * size);
    for (let start = 0; start < rows.rows; start += atOnce) {
      const data = rows.values.subarray(start * features, (start + atOnce) * features);
      const dims = [data.length / features, features];
      const outputs = await runner.run({ [NETWORK_VALUES.features]: { type: 'float32', dims, data } });
      values.set(outputs[NETWORK_VALUES.prepared]?.data as Float32Array, start * size);
    }
    return { rows: rows.rows, dims: preparedDims, values, labels: rows.labels };
  };
  try {
    return [await prepare(train), await prepare(validation)];
  } finally {
    await runner.close();
  }
}

function checkRows(train: LabelledRows): void {
  if (train.features.length === 0) {
    throw new RequestError('INVALID_INPUT', 'it learns from number columns, and the data set has none');
  }
  if (train.classes.length < 2) {
    throw new RequestError('INVALID_INPUT', `expected at least 2 classes to tell apart, got ${train.classes.length}`);
  }
  if (train.rows < 2) throw new RequestError('INVALID_INPUT', `expected at least 2 training rows, got ${train.rows}`);
}
