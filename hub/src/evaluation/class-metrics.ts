import { balancedAccuracy } from '../store/metrics/balanced-accuracy.ts';
import { classFigures } from '../store/metrics/class-figures.ts';
import type { ClassFigures, ClassMetrics } from '../store/metrics/metrics.ts';
import { wilsonInterval } from '../store/metrics/wilson-interval.ts';
import type { ClassPredictions, ClassTarget } from '../store/model-rows.ts';
import { rocAuc } from './roc-auc.ts';
import { rocAucInterval } from './roc-auc-interval.ts';

/** A true class the model gives no probability costs this instead of infinitely much; scikit-learn's float32 bound. */
const SMALLEST_PROBABILITY = 2 ** -23;

/**
 * Figures of predictions against the true classes; of anomalies when the predictions have scores.
 *
 * Macro F1 is the mean over the classes that occur, as label or as prediction. Without rows every figure is 0.
 */
export function classMetrics(
  predictions: ClassPredictions,
  { labels, classes }: Omit<ClassTarget, 'kind'>,
): ClassMetrics {
  const count = classes.length;
  const confusion = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  let [right, loss] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const predicted = predictions.classIndex[row] ?? 0;
    const counts = confusion[label] ?? [];
    counts[predicted] = (counts[predicted] ?? 0) + 1;
    if (predicted === label) right++;
    loss -= Math.log(Math.max(SMALLEST_PROBABILITY, predictions.probabilities[row * count + label] ?? 0));
  }
  const rows = labels.length;
  const interval = wilsonInterval(right, rows);
  const perClass = classFigures(confusion);
  return {
    task: predictions.scores === undefined ? 'classification' : 'anomaly',
    rows,
    accuracy: rows === 0 ? 0 : right / rows,
    accuracyLow: interval.low,
    accuracyHigh: interval.high,
    balancedAccuracy: balancedAccuracy(confusion),
    macroF1: macroF1(perClass, confusion),
    logLoss: rows === 0 ? 0 : loss / rows,
    ...ranking(predictions, labels, count),
    perClass,
    confusion,
  };
}

function macroF1(perClass: readonly ClassFigures[], confusion: readonly (readonly number[])[]): number {
  const occurring = perClass.filter(({ rows }, index) => rows > 0 || confusion.some((counts) => counts[index] !== 0));
  return occurring.length === 0 ? 0 : occurring.reduce((sum, { f1 }) => sum + f1, 0) / occurring.length;
}

type Ranking = Pick<ClassMetrics, 'rocAuc' | 'rocAucLow' | 'rocAucHigh'>;

/**
 * Of more than two classes the bounds are the means of the classes' bounds: never narrower than those of the mean, as
 * the classes' errors at most agree.
 */
function ranking(predictions: ClassPredictions, labels: Int32Array, classes: number): Ranking {
  const columns = classes === 2 ? [1] : Array.from({ length: classes }, (_, index) => index);
  const areas = columns.flatMap((index) => {
    const { positives, negatives } = scoresOf(predictions, labels, { index, classes });
    const area = rocAuc(positives, negatives);
    return area === null ? [] : [{ area, ...rocAucInterval(area, positives.length, negatives.length) }];
  });
  if (areas.length === 0) return { rocAuc: null, rocAucLow: null, rocAucHigh: null };
  const mean = (figure: (entry: (typeof areas)[number]) => number): number =>
    areas.reduce((sum, entry) => sum + figure(entry), 0) / areas.length;
  return {
    rocAuc: mean(({ area }) => area),
    rocAucLow: mean(({ low }) => low),
    rocAucHigh: mean(({ high }) => high),
  };
}

/** Scores of the rows of a class, and of all others. */
function scoresOf(
  { probabilities, scores }: ClassPredictions,
  labels: Int32Array,
  { index, classes }: { readonly index: number; readonly classes: number },
): { readonly positives: Float32Array; readonly negatives: Float32Array } {
  const score = (row: number): number => (scores ? scores[row] : probabilities[row * classes + index]) ?? 0;
  const all = Float32Array.from(labels, (_, row) => score(row));
  return {
    positives: all.filter((_, row) => labels[row] === index),
    negatives: all.filter((_, row) => labels[row] !== index),
  };
}
