import { InternalError } from '../errors.ts';
import type { Predictions } from '../store/labelled-rows.ts';
import type { ClassMetrics, Metrics } from '../store/metrics.ts';
import type { ModelPredictions, Target } from '../store/model-rows.ts';
import { classMetrics } from './class-metrics.ts';
import { numberMetrics } from './number-metrics.ts';

/**
 * Figures of what a model says about rows against what is true of them.
 *
 * @throws InternalError when predictions and target are not of the same kind
 */
export function measure(predictions: ModelPredictions, target: Target): Metrics;
/** Figures of predictions against the true classes. */
export function measure(predictions: Predictions, labels: Int32Array, classes: number): ClassMetrics;
export function measure(
  predictions: ModelPredictions | Predictions,
  target: Target | Int32Array,
  classes: number = 0,
): Metrics {
  if (target instanceof Int32Array) {
    const names = Array.from({ length: classes }, (_, index) => `${index}`);
    return classMetrics({ kind: 'classes', ...(predictions as Predictions) }, { labels: target, classes: names });
  }
  const given = predictions as ModelPredictions;
  if (given.kind === 'number' && target.kind === 'number') return numberMetrics(given.values, target.values);
  if (given.kind === 'classes' && target.kind === 'classes') return classMetrics(given, target);
  throw new InternalError(`expected predictions of kind ${target.kind}, got ${given.kind}`);
}
