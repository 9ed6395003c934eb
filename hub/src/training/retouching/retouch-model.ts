import { applyState, liftConstants, type Model, readModel, writeModel } from '@edgeloop/onnx';
import type { GraphEngine } from '../../graph-engine.ts';
import type { ModelRows } from '../../store/model-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { OrtTrainingEngine } from '../engines/ort/ort-training-engine.ts';
import { NETWORK_VALUES, type Network } from '../network/network.ts';
import { taskOf } from '../recipe/task-of.ts';
import { learnedRows } from '../rows/learned-rows.ts';
import { trainingRows } from '../rows/training-rows.ts';
import { SeededRandom } from '../seeded-random.ts';
import { objectiveOf } from '../trainer/objective.ts';
import { Trainer } from '../trainer/trainer.ts';
import type { TrainingHooks } from '../trainer/training-loop.ts';
import { trainingPlan } from '../trainer/training-plan.ts';
import { finishedNetwork } from './finished-network.ts';

export interface RetouchInput extends Pick<TrainingHooks, 'signal' | 'onEpoch' | 'onMetrics'> {
  /** A finished model of the hub; its graph may have masks or fake quantization in it. Not changed. */
  readonly model: Model;
  /** What the model was trained by. */
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: ModelRows;
  /** Rows that the best epoch is chosen by; the training rows themselves where it has none. */
  readonly validation: ModelRows;
  readonly epochs: number;
  /** Of the recipe's. @default 0.1 */
  readonly learningRateShare?: number | undefined;
  readonly engine: GraphEngine;
  readonly nowMs: () => number;
}

/** Enough to make up for rounding, and too little to leave what was learned. */
const DEFAULT_LEARNING_RATE_SHARE = 0.1;

/**
 * Trains a finished model further by the loss and optimizer of its recipe, from a low learning rate down to nothing, and
 * gives the same graph with other weights. The same input gives the same weights, bit for bit.
 *
 * @throws RequestError INVALID_INPUT when the model cannot be trained; OutsideError LOSS_NOT_FINITE, OUT_OF_MEMORY; the
 *   signal's reason when it is aborted
 */
export async function retouchModel(input: RetouchInput): Promise<Model> {
  const { recipe, seed, engine, nowMs } = input;
  // Training writes over the weights that it is given.
  const own = liftConstants(readModel(writeModel(input.model)));
  const task = taskOf(recipe, input.train.target);
  const [train, validation] = learnedRows(input, task);
  const objective = objectiveOf(train, task);
  const network = finishedNetwork(own, objective, train);
  const rows = {
    train: await trainingRows(engine, network, train, objective),
    validation: await trainingRows(engine, network, validation, objective),
  };
  input.signal?.throwIfAborted();
  const plan = trainingPlan(shortRecipe(input, network), seed, {
    ...{ rows: rows.train.rows, labels: rows.train.labels, objective },
  });
  const { weights } = await new Trainer(engine, plan, nowMs).train({
    ...{ forward: network.core, trainable: network.trainable, input: NETWORK_VALUES.prepared, output: network.output },
    ...rows,
    steps: new OrtTrainingEngine(engine),
    random: new SeededRandom(seed).state,
    identity: { recipe: JSON.stringify(recipe), seed: String(seed) },
    hooks: input,
  });
  return applyState(input.model, weights);
}

/** The recipe with what a few epochs at the end need. */
function shortRecipe(input: RetouchInput, { preparedDims }: Network): Recipe {
  const { recipe, epochs, learningRateShare = DEFAULT_LEARNING_RATE_SHARE } = input;
  const isImage = preparedDims.length === 3;
  return {
    ...recipe,
    ...{ epochs, patience: epochs, learningRate: learningRateShare * recipe.learningRate },
    schedule: { kind: 'cosine', finalShare: 0, warmUpEpochs: 0 },
    // Averages of so few steps would mostly be the first weights.
    averageDecay: undefined,
    checkpointSteps: undefined,
    augmentation: { shiftPixels: isImage ? recipe.augmentation.shiftPixels : 0 },
  };
}
