import { balancedAccuracy } from '../store/balanced-accuracy.ts';
import type { Predictions } from '../store/labelled-rows.ts';
import type { Metrics } from '../store/model-store.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** A true class the model gives no probability costs this instead of infinitely much; scikit-learn's float32 bound. */
const SMALLEST_PROBABILITY = 2 ** -23;

/**
 * Figures of predictions against the true classes.
 *
 * Macro F1 is the mean over the classes that occur, as label or as prediction. Without rows every figure is 0.
 */
export function measure(predictions: Predictions, labels: Int32Array, classes: number): Metrics {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let [right, loss] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const predicted = predictions.classIndex[row] ?? 0;
    const counts = confusion[label] ?? [];
    counts[predicted] = (counts[predicted] ?? 0) + 1;
    if (predicted === label) right++;
    loss -= Math.log(Math.max(SMALLEST_PROBABILITY, predictions.probabilities[row * classes + label] ?? 0));
  }
  const rows = labels.length;
  const interval = wilsonInterval(right, rows);
  return {
    rows,
    accuracy: rows === 0 ? 0 : right / rows,
    accuracyLow: interval.low,
    accuracyHigh: interval.high,
    balancedAccuracy: balancedAccuracy(confusion),
    macroF1: macroF1(confusion),
    logLoss: rows === 0 ? 0 : loss / rows,
    confusion,
  };
}

function macroF1(confusion: readonly (readonly number[])[]): number {
  const scores = confusion.flatMap((counts, index) => {
    const truly = counts.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0);
    return truly + predicted === 0 ? [] : [(2 * (counts[index] ?? 0)) / (truly + predicted)];
  });
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
