import type { ClassMetrics, NumberMetrics } from '../store/metrics/metrics.ts';
import { completeMetrics } from '../store/metrics/metrics-schema.ts';

/** Figures of a model of two classes that is right on `right` of `rows` rows, half of them of either class. */
export function cannedClassMetrics(right: number, rows: number, changed: Partial<ClassMetrics> = {}): ClassMetrics {
  const [half, wrong] = [rows / 2, rows - right];
  const confusion = [
    [half - Math.ceil(wrong / 2), Math.ceil(wrong / 2)],
    [Math.floor(wrong / 2), half - Math.floor(wrong / 2)],
  ];
  const accuracy = right / rows;
  const figures = { rows, accuracy, accuracyLow: accuracy - 0.05, accuracyHigh: accuracy + 0.03, macroF1: accuracy };
  const metrics = completeMetrics({ ...figures, logLoss: 0.1, confusion });
  if (metrics.task === 'regression') throw new TypeError('figures of classes became figures of numbers');
  return { ...metrics, rocAuc: 0.97, rocAucLow: 0.95, rocAucHigh: 0.99, ...changed };
}

/** Figures of a model of numbers. */
export function cannedNumberMetrics(changed: Partial<NumberMetrics> = {}): NumberMetrics {
  return { task: 'regression', rows: 200, rmse: 2, mae: 1.5, r2: 0.8, r2Low: 0.75, r2High: 0.85, ...changed };
}
