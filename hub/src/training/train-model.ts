import { type Model, writeModel } from '@edgeloop/onnx';
import type { ModelSignature } from '@edgeloop/protocol';
import { RequestError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import type { LabelledRows } from '../store/labelled-rows.ts';
import type { Recipe } from '../store/recipe.ts';
import type { TrainingRows } from './batches.ts';
import { balancedClassWeights } from './class-weights.ts';
import { initialWeights, MLP_VALUES, type MlpShape, mlpCore, mlpModel, mlpPreprocessing } from './families/mlp.ts';
import { type FeatureScaling, featureScaling } from './feature-scaling.ts';
import { classifierSignature } from './model-signature.ts';
import { SeededRandom } from './seeded-random.ts';
import { type EpochFigures, type Trained, Trainer } from './trainer.ts';

export interface TrainModelInput {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: LabelledRows;
  /** Rows to stop by; the training rows themselves where it has none. */
  readonly validation: LabelledRows;
  readonly engine: GraphEngine;
  readonly nowMs: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((figures: EpochFigures) => void) | undefined;
}

export interface TrainedModel extends Omit<Trained, 'weights'> {
  readonly model: Model;
  readonly signature: ModelSignature;
}

const SCALING_ROWS = 16_384;

/**
 * Trains the model of a recipe from scratch. The same input, seed and engine give the same model, bit for bit.
 *
 * @throws RequestError INVALID_INPUT when there is nothing to tell apart; OutsideError JOB_FAILED when it diverges
 */
export async function trainModel(input: TrainModelInput): Promise<TrainedModel> {
  const { recipe, train, engine } = input;
  checkRows(train);
  const random = new SeededRandom(input.seed);
  const shape: MlpShape = { features: train.features.length, hidden: recipe.hidden, classes: train.classes.length };
  const weights = initialWeights(shape, random);
  const scaling = featureScaling(train);
  const validation = input.validation.rows > 0 ? input.validation : train;
  const [trainRows, validationRows] = await scaledRows(engine, scaling, [train, validation]);
  const trainer = new Trainer(engine, trainerSettings(recipe, train), input.nowMs);
  const trained = await trainer.train({
    forward: mlpCore(shape, weights),
    input: MLP_VALUES.scaled,
    output: MLP_VALUES.logits,
    train: trainRows,
    validation: validationRows,
    random,
    signal: input.signal,
    onEpoch: input.onEpoch,
  });
  const best = new Map(
    [...weights].map(([name, { dims, data }]) => [name, { dims, data: trained.weights.get(name) ?? data }]),
  );
  return {
    model: mlpModel(shape, best, scaling),
    signature: classifierSignature(train.features, train.classes),
    curve: trained.curve,
    bestEpoch: trained.bestEpoch,
    samples: trained.samples,
    seconds: trained.seconds,
  };
}

function trainerSettings(recipe: Recipe, train: LabelledRows): ConstructorParameters<typeof Trainer>[1] {
  const { epochs, batchSize, learningRate, weightDecay, patience, classWeights } = recipe;
  const isBalanced = classWeights === 'balanced';
  return {
    ...{ epochs, batchSize, learningRate, weightDecay, patience },
    ...(isBalanced ? { classWeights: balancedClassWeights(train.labels, train.classes.length) } : {}),
  };
}

/** Scales all rows once, by the very nodes the finished model has, so that no training step has to. */
async function scaledRows(
  engine: GraphEngine,
  scaling: readonly FeatureScaling[],
  [train, validation]: readonly [LabelledRows, LabelledRows],
): Promise<[TrainingRows, TrainingRows]> {
  const runner = await engine.open(writeModel(mlpPreprocessing(scaling)));
  const scale = async (rows: LabelledRows): Promise<TrainingRows> => {
    const features = rows.features.length;
    const values = new Float32Array(rows.values.length);
    for (let start = 0; start < rows.rows; start += SCALING_ROWS) {
      const data = rows.values.subarray(start * features, (start + SCALING_ROWS) * features);
      const dims = [data.length / features, features];
      const outputs = await runner.run({ [MLP_VALUES.features]: { type: 'float32', dims, data } });
      values.set(outputs[MLP_VALUES.scaled]?.data as Float32Array, start * features);
    }
    return { rows: rows.rows, features, values, labels: rows.labels };
  };
  try {
    return [await scale(train), await scale(validation)];
  } finally {
    await runner.close();
  }
}

function checkRows(train: LabelledRows): void {
  if (train.features.length === 0) {
    throw new RequestError('INVALID_INPUT', 'family mlp learns from number columns, and the data set has none');
  }
  if (train.classes.length < 2) {
    throw new RequestError('INVALID_INPUT', `expected at least 2 classes to tell apart, got ${train.classes.length}`);
  }
  if (train.rows < 2) throw new RequestError('INVALID_INPUT', `expected at least 2 training rows, got ${train.rows}`);
}
