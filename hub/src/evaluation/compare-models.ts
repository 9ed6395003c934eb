import { InternalError } from '../errors.ts';
import type { Comparison, ComparisonVerdict } from '../store/metrics/comparison.ts';
import type { ClassPredictions, ClassTarget, ModelPredictions, NumberTarget, Target } from '../store/model-rows.ts';
import { mcnemarPValue } from './mcnemar.ts';
import { numberMetrics } from './number-metrics.ts';
import { pairedErrorsPValue } from './paired-errors.ts';
import { percent } from './percent.ts';

/** Differences that chance makes more often than this are none. */
export const SIGNIFICANCE = 0.05;

/**
 * How two models differ on the same rows, in the same order: of classes and anomalies which rows they get right
 * (McNemar's test), of numbers how far off they are (a paired test of the squared errors).
 */
export function compareModels(champion: ModelPredictions, challenger: ModelPredictions, target: Target): Comparison {
  if (target.kind === 'number' && champion.kind === 'number' && challenger.kind === 'number') {
    return compareNumbers(champion.values, challenger.values, target);
  }
  if (target.kind === 'classes' && champion.kind === 'classes' && challenger.kind === 'classes') {
    return compareClasses(champion, challenger, target);
  }
  const got = `${champion.kind} and ${challenger.kind}`;
  throw new InternalError(`expected predictions of kind ${target.kind} of both models, got ${got}`);
}

type Answers = Pick<ClassPredictions, 'classIndex'>;

function compareClasses(champion: Answers, challenger: Answers, { labels }: Pick<ClassTarget, 'labels'>): Comparison {
  let [onlyChampion, onlyChallenger, both] = [0, 0, 0];
  for (const [row, label] of labels.entries()) {
    const [first, second] = [champion.classIndex[row] === label, challenger.classIndex[row] === label];
    if (first && second) both++;
    else if (first) onlyChampion++;
    else if (second) onlyChallenger++;
  }
  const rows = labels.length;
  return {
    figure: 'accuracy',
    rows,
    champion: rows === 0 ? 0 : (both + onlyChampion) / rows,
    challenger: rows === 0 ? 0 : (both + onlyChallenger) / rows,
    onlyChampion,
    onlyChallenger,
    pValue: mcnemarPValue(onlyChampion, onlyChallenger),
  };
}

function compareNumbers(champion: Float32Array, challenger: Float32Array, { values }: NumberTarget): Comparison {
  const errorsOf = (told: Float32Array): Float64Array =>
    Float64Array.from(told, (value, row) => value - (values[row] ?? 0));
  const [first, second] = [errorsOf(champion), errorsOf(challenger)];
  const nearer = (own: Float64Array, other: Float64Array): number =>
    own.filter((error, row) => Math.abs(error) < Math.abs(other[row] ?? 0)).length;
  return {
    figure: 'r2',
    rows: values.length,
    champion: numberMetrics(champion, values).r2,
    challenger: numberMetrics(challenger, values).r2,
    onlyChampion: nearer(first, second),
    onlyChallenger: nearer(second, first),
    pValue: pairedErrorsPValue(first, second),
  };
}

/** Whether the challenger takes the champion's place: better by more than `minGain`, and not by chance. */
export function judgeChallenger(comparison: Comparison, minGain: number): ComparisonVerdict {
  const { figure, rows, champion, challenger, onlyChampion, onlyChallenger, pValue } = comparison;
  const isLarger = challenger - champion > minGain;
  const isCertain = pValue < SIGNIFICANCE;
  const [name, text, better] = figure === 'r2' ? ['R2', fraction, 'nearer'] : ['accuracy', percent, 'right'];
  const reasons = [
    `${met(isLarger)}: ${name} on the same ${rows} rows ${text(challenger)} against ${text(champion)}, more than ${text(minGain)} gain asked for`,
    `${met(isCertain)}: only the challenger ${better} on ${onlyChallenger} rows, only the champion on ${onlyChampion}, p = ${pValue.toPrecision(2)}`,
  ];
  return { accepted: isLarger && isCertain, figure, champion, challenger, rows, reasons };
}

function met(isMet: boolean): string {
  return isMet ? 'met' : 'not met';
}

function fraction(value: number): string {
  return value.toFixed(4);
}
