import { applyState, type Model } from '@edgeloop/onnx';
import type { ModelSignature } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { GraphEngine } from '../graph-engine.ts';
import type { ModelRows } from '../store/model-rows.ts';
import type { Recipe } from '../store/recipe/recipe.ts';
import { windowStride } from '../store/recipe/window.ts';
import { trainingEngine } from './engines/training-engine.ts';
import { anomalyThreshold } from './network/anomaly-threshold.ts';
import { finishedModel } from './network/finished-model.ts';
import { makeNetwork, type RecipeFiles } from './network/make-network.ts';
import { NETWORK_VALUES, type Network } from './network/network.ts';
import { taskOf } from './recipe/task-of.ts';
import type { TrainingRows } from './rows/batches.ts';
import { learnedRows } from './rows/learned-rows.ts';
import { rowChange } from './rows/row-change.ts';
import { trainingRows } from './rows/training-rows.ts';
import { SeededRandom } from './seeded-random.ts';
import { signatureOf } from './signature/model-signature.ts';
import { type Objective, objectiveOf } from './trainer/objective.ts';
import { type Trained, Trainer, type TrainerInput } from './trainer/trainer.ts';
import type { TrainingIdentity } from './trainer/training-checkpoint.ts';
import type { TrainingHooks } from './trainer/training-loop.ts';
import { trainingPlan } from './trainer/training-plan.ts';

export interface TrainModelInput extends TrainingHooks, RecipeFiles {
  readonly recipe: Recipe;
  readonly seed: number;
  readonly train: ModelRows;
  /** Rows to stop by; the training rows themselves where it has none. */
  readonly validation: ModelRows;
  readonly engine: GraphEngine;
  readonly nowMs: () => number;
  /** By column, for the signature. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  /** What makes this training what it is, beside its recipe and seed: a checkpoint of another is not gone on from. */
  readonly identity?: TrainingIdentity | undefined;
}

export interface TrainedModel extends Omit<Trained, 'weights'> {
  readonly model: Model;
  readonly signature: ModelSignature;
  /** What computed the steps: 'tfjs 4.22.0 cpu'. */
  readonly engine: string;
}

/**
 * Trains the model of a recipe. The same input, seed and engine give the same model, bit for bit, however often the
 * training was interrupted and went on from a checkpoint.
 *
 * @throws RequestError INVALID_INPUT when there is nothing to learn; OutsideError LOSS_NOT_FINITE, OUT_OF_MEMORY,
 *   ENGINE_MISSING with what to install
 */
export async function trainModel(input: TrainModelInput): Promise<TrainedModel> {
  try {
    return await trainOnce(input);
  } catch (error) {
    const { checkpoints } = input;
    if (!(error instanceof OutsideError && error.code === 'CHECKPOINT_BROKEN' && checkpoints)) throw error;
    // Its values lie over the first weights, which come from the seed once more.
    const none = { load: async () => error.message, keep: checkpoints.keep.bind(checkpoints) };
    return trainOnce({ ...input, checkpoints: none });
  }
}

async function trainOnce(input: TrainModelInput): Promise<TrainedModel> {
  const { recipe, seed, engine } = input;
  const task = taskOf(recipe, input.train.target);
  const [train, validation] = learnedRows(input, task);
  const objective = objectiveOf(train, task);
  const random = new SeededRandom(seed);
  const { base, layers } = input;
  const network = await makeNetwork({ recipe, train, objective, random, engine, base, layers });
  const steps = await trainingEngine(recipe, network, engine);
  const rows = {
    train: await trainingRows(engine, network, train, objective),
    validation: await trainingRows(engine, network, validation, objective),
  };
  const trained = await trainNetwork(input, network, rows, { objective, steps, random: random.state });
  const { weights, ...record } = trained;
  const core = applyState(network.core, weights);
  const threshold =
    objective.kind === 'reconstruction'
      ? await anomalyThreshold(engine, core, rows.validation, recipe.anomaly.quantile)
      : 0;
  return {
    model: finishedModel(network, core, objective, threshold),
    signature: signatureOf({
      units: input.units,
      task,
      rows: input.train,
      threshold,
      stride: recipe.window && windowStride(recipe.window),
    }),
    ...record,
    engine: steps.name,
  };
}

async function trainNetwork(
  input: TrainModelInput,
  network: Network,
  { train, validation }: { readonly train: TrainingRows; readonly validation: TrainingRows },
  { objective, ...given }: Pick<TrainerInput, 'steps' | 'random'> & { readonly objective: Objective },
): Promise<Trained> {
  const { recipe, seed, engine, identity } = input;
  const plan = trainingPlan(recipe, seed, { rows: train.rows, labels: train.labels, objective });
  return new Trainer(engine, plan, input.nowMs).train({
    ...{ forward: network.core, trainable: network.trainable, input: NETWORK_VALUES.prepared, output: network.output },
    ...{ train, validation, ...given },
    change: await rowChange(engine, network, recipe, input.train),
    identity: { ...identity, recipe: JSON.stringify(recipe), seed: String(seed) },
    hooks: input,
  });
}
