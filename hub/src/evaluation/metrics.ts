import { InternalError } from '../errors.ts';
import type { Metrics } from '../store/metrics/metrics.ts';
import type { ModelPredictions, Target } from '../store/model-rows.ts';
import { classMetrics } from './class-metrics.ts';
import { numberMetrics } from './number-metrics.ts';

/**
 * Figures of what a model says about rows against what is true of them.
 *
 * @throws InternalError when predictions and target are not of the same kind
 */
export function measure(predictions: ModelPredictions, target: Target): Metrics {
  if (predictions.kind === 'number' && target.kind === 'number')
    return numberMetrics(predictions.values, target.values);
  if (predictions.kind === 'classes' && target.kind === 'classes') return classMetrics(predictions, target);
  throw new InternalError(`expected predictions of kind ${target.kind}, got ${predictions.kind}`);
}
