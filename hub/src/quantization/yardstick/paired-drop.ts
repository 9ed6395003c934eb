import type { QualityFigure } from '../../store/metrics/metrics.ts';
import { Z_TWO_SIDED_95 } from '../../store/metrics/wilson-interval.ts';
import type { ClassPredictions, ModelPredictions, Target } from '../../store/model-rows.ts';

/** 95 % interval of what a figure loses from one form to the other. */
export interface DropInterval {
  readonly low: number;
  readonly high: number;
}

/**
 * How far the loss of a figure may lie from the measured one, from the same rows in both forms.
 *
 * Rows that both forms answer alike say nothing of their difference, so it is far narrower than the intervals of the
 * two figures.
 */
export function pairedDrop(
  figure: QualityFigure,
  answers: { readonly form: ModelPredictions; readonly float: ModelPredictions },
  target: Target,
): DropInterval {
  const { form, float } = answers;
  if (target.kind === 'number' && form.kind === 'number' && float.kind === 'number') {
    return r2Drop(form.values, float.values, target.values);
  }
  if (target.kind !== 'classes' || form.kind !== 'classes' || float.kind !== 'classes') return { low: -1, high: 1 };
  return figure === 'rocAuc'
    ? rocAucDrop(form, float, target.labels)
    : accuracyDrop(form.classIndex, float.classIndex, target.labels);
}

/**
 * @see Bonett and Price, Adjusted Wald confidence interval for a difference of binomial proportions based on paired
 *   data, Journal of Educational and Behavioral Statistics 37 (2012), equation 7
 */
function accuracyDrop(form: Int32Array, float: Int32Array, labels: Int32Array): DropInterval {
  let [onlyForm, onlyFloat] = [0, 0];
  for (const [row, label] of labels.entries()) {
    const [first, second] = [form[row] === label, float[row] === label];
    if (first && !second) onlyForm++;
    if (second && !first) onlyFloat++;
  }
  const [lost, won] = [(onlyFloat + 1) / (labels.length + 2), (onlyForm + 1) / (labels.length + 2)];
  return around(lost - won, Math.sqrt((lost + won - (lost - won) ** 2) / (labels.length + 2)), 1);
}

/**
 * The loss is a ratio of two means over the same rows: more squared error over the squared distance from the mean.
 *
 * @see Cochran, Sampling techniques, 3rd edition 1977, equation 2.46, for an endless population
 */
function r2Drop(form: Float32Array, float: Float32Array, truth: Float32Array): DropInterval {
  const rows = truth.length;
  const mean = truth.reduce((sum, value) => sum + value, 0) / Math.max(1, rows);
  const more = Float64Array.from(
    truth,
    (value, row) => ((form[row] ?? 0) - value) ** 2 - ((float[row] ?? 0) - value) ** 2,
  );
  const distances = Float64Array.from(truth, (value) => (value - mean) ** 2);
  const { ratio, standardError } = ratioOfMeans(more, distances);
  return around(ratio, standardError, Number.POSITIVE_INFINITY);
}

/** Ratio of two sums over the same rows with its standard error; 0 and without bounds where the second sum is 0. */
export function ratioOfMeans(
  above: Float64Array,
  below: Float64Array,
): { readonly ratio: number; readonly standardError: number } {
  const sumBelow = below.reduce((sum, value) => sum + value, 0);
  if (sumBelow === 0 || above.length < 2) return { ratio: 0, standardError: Number.POSITIVE_INFINITY };
  const ratio = above.reduce((sum, value) => sum + value, 0) / sumBelow;
  const residues = above.reduce((sum, value, row) => sum + (value - ratio * (below[row] ?? 0)) ** 2, 0);
  return { ratio, standardError: Math.sqrt((above.length / (above.length - 1)) * residues) / sumBelow };
}

/**
 * @see DeLong, DeLong and Clarke-Pearson, Comparing the areas under two or more correlated receiver operating
 *   characteristic curves, Biometrics 44 (1988), equation 5
 */
function rocAucDrop(form: ClassPredictions, float: ClassPredictions, labels: Int32Array): DropInterval {
  const [first, second] = [placements(form, labels), placements(float, labels)];
  const differences = (kind: 'positives' | 'negatives'): Float64Array =>
    second[kind].map((share, index) => share - (first[kind][index] ?? 0));
  const [positives, negatives] = [differences('positives'), differences('negatives')];
  if (positives.length < 2 || negatives.length < 2) return { low: -1, high: 1 };
  const variance = varianceOf(positives) / positives.length + varianceOf(negatives) / negatives.length;
  return around(meanOf(positives), Math.sqrt(variance), 1);
}

interface Placements {
  /** Of every positive row the share of negative rows with a lower score; ties count half. */
  readonly positives: Float64Array;
  /** Of every negative row the share of positive rows with a higher score. */
  readonly negatives: Float64Array;
}

/** Anomalies are class 1. */
function placements({ scores, probabilities }: ClassPredictions, labels: Int32Array): Placements {
  const score = (row: number): number => (scores ? scores[row] : probabilities[2 * row + 1]) ?? 0;
  const of = (isPositive: boolean): Float64Array =>
    Float64Array.from(
      [...labels.keys()].filter((row) => (labels[row] === 1) === isPositive),
      score,
    );
  const [high, low] = [of(true), of(false)];
  const [highSorted, lowSorted] = [high.toSorted(), low.toSorted()];
  return {
    positives: high.map((value) => shareBelow(lowSorted, value)),
    negatives: low.map((value) => 1 - shareBelow(highSorted, value)),
  };
}

function shareBelow(sorted: Float64Array, value: number): number {
  return (countBelow(sorted, value, false) + countBelow(sorted, value, true)) / (2 * sorted.length);
}

function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const entry = sorted[middle] ?? 0;
    if (entry < value || (orEqual && entry === value)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function around(center: number, standardError: number, limit: number): DropInterval {
  const margin = Z_TWO_SIDED_95 * standardError;
  return { low: Math.max(-limit, center - margin), high: Math.min(limit, center + margin) };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
