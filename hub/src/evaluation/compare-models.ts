import { mcnemarPValue } from './mcnemar.ts';
import { percent } from './percent.ts';

/** Differences that chance makes more often than this are none. */
export const SIGNIFICANCE = 0.05;

/** Two models on the same rows. */
export interface Comparison {
  readonly rows: number;
  readonly championAccuracy: number;
  readonly challengerAccuracy: number;
  /** Rows only the champion got right. */
  readonly onlyChampion: number;
  /** Rows only the challenger got right. */
  readonly onlyChallenger: number;
  /** Two-sided, by McNemar's test. */
  readonly pValue: number;
}

export interface ComparisonVerdict {
  readonly accepted: boolean;
  readonly championAccuracy: number;
  readonly challengerAccuracy: number;
  readonly rows: number;
  readonly reasons: readonly string[];
}

/** Counts where two models differ. The three arrays hold the same rows in the same order. */
export function compareModels(champion: Int32Array, challenger: Int32Array, labels: Int32Array): Comparison {
  let [onlyChampion, onlyChallenger, both] = [0, 0, 0];
  for (const [row, label] of labels.entries()) {
    const [first, second] = [champion[row] === label, challenger[row] === label];
    if (first && second) both++;
    else if (first) onlyChampion++;
    else if (second) onlyChallenger++;
  }
  const rows = labels.length;
  return {
    rows,
    championAccuracy: rows === 0 ? 0 : (both + onlyChampion) / rows,
    challengerAccuracy: rows === 0 ? 0 : (both + onlyChallenger) / rows,
    onlyChampion,
    onlyChallenger,
    pValue: mcnemarPValue(onlyChampion, onlyChallenger),
  };
}

/** Whether the challenger takes the champion's place: better by more than `minGain`, and not by chance. */
export function judgeChallenger(comparison: Comparison, minGain: number): ComparisonVerdict {
  const { rows, championAccuracy, challengerAccuracy, onlyChampion, onlyChallenger, pValue } = comparison;
  const gain = challengerAccuracy - championAccuracy;
  const isLarger = gain > minGain;
  const isCertain = pValue < SIGNIFICANCE;
  const reasons = [
    `${isLarger ? 'met' : 'not met'}: accuracy on the same ${rows} rows ${percent(challengerAccuracy)} against ${percent(championAccuracy)}, more than ${percent(minGain)} gain asked for`,
    `${isCertain ? 'met' : 'not met'}: only the challenger right on ${onlyChallenger} rows, only the champion on ${onlyChampion}, p = ${pValue.toPrecision(2)}`,
  ];
  return { accepted: isLarger && isCertain, championAccuracy, challengerAccuracy, rows, reasons };
}
