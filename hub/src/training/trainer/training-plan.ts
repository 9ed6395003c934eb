import type { LossOptions, OptimizerOptions, Schedule, TrainingOptions } from '@edgeloop/onnx';
import type { LossRecipe, ScheduleRecipe } from '../../store/recipe/optimization.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { NETWORK_VALUES } from '../network/network.ts';
import type { TrainingRows } from '../rows/batches.ts';
import { balancedClassWeights } from '../rows/class-weights.ts';
import { balancedOrder, type EpochOrder, shuffledOrder } from '../rows/epoch-order.ts';
import { ClassTally } from '../validation/class-tally.ts';
import { NumberTally } from '../validation/number-tally.ts';
import { ReconstructionTally } from '../validation/reconstruction-tally.ts';
import type { ValidationTally } from '../validation/validation-tally.ts';
import type { Objective } from './objective.ts';
import type { RunShape } from './run-shape.ts';

/** What a training does, step by step: a recipe, worked out for the rows it learns from. */
export interface TrainingPlan {
  readonly epochs: number;
  readonly batchSize: number;
  /** Epochs without a better validation loss before it stops. */
  readonly patience: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly order: EpochOrder;
  /** Largest random shift of an image; 0 for none. */
  readonly shiftPixels: number;
  /** What validation is measured by; a new one for every epoch. */
  readonly tally: () => ValidationTally;
  /** Steps between two checkpoints; undefined leaves it to the time they take. */
  readonly checkpointSteps: number | undefined;
  /** How a run of the training graph is cut. @default the way that pays; the bits are the same */
  readonly runShape?: RunShape | undefined;
  /** How the training graph is built for the output of this name. */
  readonly graphOptions: (output: string) => TrainingOptions;
}

/** What a plan has to know of the rows to learn from. */
export interface LearnedRows extends Pick<TrainingRows, 'rows' | 'labels'> {
  readonly objective: PlannedObjective;
}

/** Of classes only their number counts. */
type PlannedObjective =
  | { readonly kind: 'classes'; readonly classes: { readonly length: number } }
  | Exclude<Objective, { kind: 'classes' }>;

/** @param seed starts the masks of dropout */
export function trainingPlan(recipe: Recipe, seed: number, learned: LearnedRows): TrainingPlan {
  const { epochs, batchSize, patience, learningRate, checkpointSteps } = recipe;
  const { rows, objective } = learned;
  const labels = learned.labels instanceof Int32Array ? learned.labels : undefined;
  const isBalanced = recipe.classWeights === 'balanced' || recipe.sampling === 'balanced';
  const classes = objective.kind === 'classes' ? objective.classes.length : 0;
  const classWeights = isBalanced && labels ? balancedClassWeights(labels, classes) : undefined;
  const lossWeights = recipe.classWeights === 'balanced' ? classWeights : undefined;
  return {
    ...{ epochs, batchSize, patience, learningRate, checkpointSteps },
    // What is stopped by has to be what is trained for.
    tally: () => tallyOf(objective, recipe.loss, classWeights),
    schedule: scheduleInSteps(recipe.schedule, Math.ceil(rows / batchSize), epochs),
    order: recipe.sampling === 'balanced' && labels ? balancedOrder(labels) : shuffledOrder(rows),
    shiftPixels: recipe.augmentation.shiftPixels,
    graphOptions: (output) => ({
      loss: { ...lossOptions(recipe.loss, output, lossWeights), ...ownLabels(objective) },
      optimizer: optimizerOptions(recipe),
      ...(recipe.gradientClipping === undefined ? {} : { clipNorm: recipe.gradientClipping }),
      ...(recipe.averageDecay === undefined ? {} : { averageDecay: recipe.averageDecay }),
      seed,
    }),
  };
}

function tallyOf({ kind, ...objective }: PlannedObjective, loss: LossRecipe, weights?: Float32Array): ValidationTally {
  if (kind === 'number') return new NumberTally(loss);
  if (kind === 'reconstruction') return new ReconstructionTally(loss);
  return new ClassTally('classes' in objective ? objective.classes.length : 0, weights);
}

/** An autoencoder's labels are what it reads. */
function ownLabels({ kind }: PlannedObjective): { labels?: string } {
  return kind === 'reconstruction' ? { labels: NETWORK_VALUES.reconstructed } : {};
}

function optimizerOptions({ optimizer, weightDecay }: Recipe): OptimizerOptions {
  return { ...optimizer, weightDecay };
}

function lossOptions(loss: LossRecipe, output: string, weights: Float32Array | undefined): LossOptions {
  switch (loss.kind) {
    case 'focal':
      return { kind: 'focal', output, gamma: loss.gamma, ...(weights && { alpha: weights }) };
    case 'cross-entropy': {
      const { labelSmoothing } = loss;
      return { kind: 'softmax-cross-entropy', output, labelSmoothing, ...(weights && { classWeights: weights }) };
    }
    case 'huber':
      return { kind: 'huber', output, delta: loss.delta };
    default:
      return { kind: loss.kind, output };
  }
}

function scheduleInSteps(schedule: ScheduleRecipe, stepsPerEpoch: number, epochs: number): Schedule {
  const warmUpSteps = Math.round(schedule.warmUpEpochs * stepsPerEpoch);
  switch (schedule.kind) {
    case 'constant':
      return { kind: 'constant', warmUpSteps };
    case 'step': {
      const everySteps = Math.max(1, Math.round(schedule.everyEpochs * stepsPerEpoch));
      return { kind: 'step', everySteps, factor: schedule.factor, warmUpSteps };
    }
    case 'cosine': {
      const steps = Math.max(1, epochs * stepsPerEpoch - warmUpSteps);
      return { kind: 'cosine', steps, finalShare: schedule.finalShare, warmUpSteps };
    }
    case 'plateau': {
      const { factor, patience, threshold, leastShare } = schedule;
      return { kind: 'plateau', factor, patience, threshold, leastShare, warmUpSteps };
    }
  }
}
