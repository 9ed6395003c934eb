import { writeModel } from '@edgeloop/onnx';
import { predictRows } from '../../predict-rows.ts';
import { rowsAtOnce } from '../../rows-at-once.ts';
import type { Metrics } from '../../store/metrics/metrics.ts';
import type { ModelPredictions, ModelRows, Target } from '../../store/model-rows.ts';
import { pickRows } from '../../store/pick-rows.ts';
import type { Recipe } from '../../store/recipe/recipe.ts';
import { windowStride } from '../../store/recipe/window.ts';
import { taskOf } from '../recipe/task-of.ts';
import { dealFolds, type FoldOptions } from '../rows/deal-folds.ts';
import { type TrainModelInput, trainModel } from '../train-model.ts';
import type { CrossValidation } from './cross-validation-figures.ts';

export interface CrossValidationInput
  extends Omit<TrainModelInput, 'train' | 'validation' | 'checkpoints' | 'onMetrics'> {
  /** All rows that are not held out. */
  readonly rows: ModelRows;
  readonly folds: number;
  measure(predictions: ModelPredictions, target: Target): Metrics;
  readonly onFold?: ((fold: number) => void) | undefined;
}

/** Folds of the rows to learn from that a training stops by. */
const STOPPING_FOLDS = 6;

/**
 * Trains a model for each fold, on the rows of all others, and measures it there. What is measured says how good models
 * of the recipe are on rows like these; the models are dropped.
 */
export async function crossValidate(input: CrossValidationInput): Promise<CrossValidation> {
  const { rows, folds, seed, recipe } = input;
  const dealt = dealFolds(rows, { folds, seed, windows: windowsOf(recipe) });
  const measured: Metrics[] = [];
  for (let at = 0; at < folds; at++) {
    input.signal?.throwIfAborted();
    input.onFold?.(at);
    measured.push(await measureFold(input, pickRows(rows, dealt.apartFrom(at)), pickRows(rows, dealt.of(at))));
  }
  return { folds, figures: figuresOf(measured) };
}

async function measureFold(input: CrossValidationInput, learned: ModelRows, unseen: ModelRows): Promise<Metrics> {
  const { seed, recipe, engine } = input;
  const dealt = dealFolds(learned, { folds: STOPPING_FOLDS, seed, windows: windowsOf(recipe) });
  const train = pickRows(learned, dealt.apartFrom(STOPPING_FOLDS - 1));
  const validation = pickRows(learned, dealt.of(STOPPING_FOLDS - 1));
  const { model } = await trainModel({ ...input, train, validation });
  const runner = await engine.open(writeModel(model));
  try {
    const predictions = await predictRows(runner, unseen, taskOf(recipe, unseen.target), rowsAtOnce(model));
    return input.measure(predictions, unseen.target);
  } finally {
    await runner.close();
  }
}

function windowsOf({ window }: Recipe): FoldOptions['windows'] {
  return window && { size: window.size, stride: windowStride(window) };
}

function figuresOf(measured: readonly Metrics[]): CrossValidation['figures'] {
  const names = new Set(measured.flatMap((metrics) => Object.keys(numbersOf(metrics))));
  return Object.fromEntries(
    [...names].map((name) => {
      const folds = measured.flatMap((metrics) => numbersOf(metrics)[name] ?? []);
      const mean = folds.reduce((sum, value) => sum + value, 0) / folds.length;
      const squares = folds.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return [name, { mean, deviation: Math.sqrt(squares / Math.max(1, folds.length - 1)), folds }];
    }),
  );
}

function numbersOf(metrics: Metrics): Readonly<Record<string, number | undefined>> {
  if (metrics.task === 'regression') return { r2: metrics.r2, rmse: metrics.rmse, mae: metrics.mae };
  const { accuracy, balancedAccuracy, macroF1, rocAuc, perClass } = metrics;
  const [, second] = perClass;
  return {
    ...{ accuracy, balancedAccuracy, macroF1, rocAuc: rocAuc ?? undefined },
    // Of two classes the second is the one to find.
    f1: perClass.length === 2 ? second?.f1 : undefined,
  };
}
