import type { LossOptions, OptimizerOptions, Schedule, TrainingOptions } from '@edgeloop/onnx';
import type { LossRecipe, ScheduleRecipe } from '../store/optimization.ts';
import type { Recipe } from '../store/recipe.ts';
import { balancedClassWeights } from './class-weights.ts';
import { balancedOrder, type EpochOrder, shuffledOrder } from './epoch-order.ts';
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
  /** Weight of each class in the validation loss, shape [classes]; undefined weighs all rows alike. */
  readonly classWeights: Float32Array | undefined;
  /** Steps between two checkpoints; undefined leaves it to the time they take. */
  readonly checkpointSteps: number | undefined;
  /** How a run of the training graph is cut. @default the way that pays; the bits are the same */
  readonly runShape?: RunShape | undefined;
  /** How the training graph is built for the logits of this name. */
  readonly graphOptions: (logits: string) => TrainingOptions;
}

export interface LearnedRows {
  readonly labels: Int32Array;
  readonly classes: number;
}

/** @param seed starts the masks of dropout */
export function trainingPlan(recipe: Recipe, seed: number, { labels, classes }: LearnedRows): TrainingPlan {
  const { epochs, batchSize, patience, learningRate, checkpointSteps, sampling } = recipe;
  const isBalanced = recipe.classWeights === 'balanced' || sampling === 'balanced';
  const classWeights = isBalanced ? balancedClassWeights(labels, classes) : undefined;
  return {
    ...{ epochs, batchSize, patience, learningRate, checkpointSteps },
    // What is stopped by has to be what is trained for.
    classWeights,
    schedule: scheduleInSteps(recipe.schedule, Math.ceil(labels.length / batchSize), epochs),
    order: sampling === 'balanced' ? balancedOrder(labels) : shuffledOrder(labels.length),
    shiftPixels: recipe.augmentation.shiftPixels,
    graphOptions: (logits) => ({
      loss: lossOptions(recipe.loss, logits, recipe.classWeights === 'balanced' ? classWeights : undefined),
      optimizer: optimizerOptions(recipe),
      ...(recipe.gradientClipping === undefined ? {} : { clipNorm: recipe.gradientClipping }),
      ...(recipe.averageDecay === undefined ? {} : { averageDecay: recipe.averageDecay }),
      seed,
    }),
  };
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
