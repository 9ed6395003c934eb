import type { ClassExpectation, Reference } from '../generated/messages.ts';

type Calibration = Pick<Reference, 'calibrationConfidence' | 'calibrationAccuracy'>;

/**
 * Share of predictions of this confidence that were right when the version was made: linear between the
 * reference's points, flat outside them, and the confidence itself when there are none.
 */
export function calibratedConfidence(calibration: Calibration, confidence: number): number {
  const { calibrationConfidence: from, calibrationAccuracy: to } = calibration;
  const upper = from.findIndex((point) => confidence < point);
  if (from.length === 0) return confidence;
  if (upper === -1) return to.at(-1) ?? confidence;
  const right = to[upper] ?? confidence;
  if (upper === 0) return right;
  const left = to[upper - 1] ?? right;
  const start = from[upper - 1] ?? confidence;
  const share = (confidence - start) / ((from[upper] ?? confidence) - start);
  return left + (right - left) * share;
}

/** One prediction, as far as its expected outcome depends on it. */
export interface ConfidentPrediction {
  readonly classIndex: number;
  /** Probability of the predicted class, 0 to 1. */
  readonly confidence: number;
  /** Shape [classes]; without it the doubt is spread evenly over the other classes. */
  readonly probabilities?: ArrayLike<number> | undefined;
}

/**
 * Adds what a prediction is expected to be worth to every class's row.
 *
 * The calibrated confidence is the probability that the predicted class is right; the rest falls to the other
 * classes in proportion to their own probabilities. Each class then gains the probability of its outcome, so per
 * class the four sums grow by 1 and the true positives of all classes estimate the number of right predictions.
 *
 * @see NannyML, "Confidence-based performance estimation", multiclass case
 */
export function addExpectedOutcome(
  expectations: readonly ClassExpectation[],
  prediction: ConfidentPrediction,
  calibration: Calibration,
): void {
  const right = calibratedConfidence(calibration, prediction.confidence);
  const shareOf = doubtShares(prediction, expectations.length);
  for (const [index, row] of expectations.entries()) {
    if (index === prediction.classIndex) {
      row.truePositive += right;
      row.falsePositive += 1 - right;
    } else {
      const missed = (1 - right) * shareOf(index);
      row.falseNegative += missed;
      row.trueNegative += 1 - missed;
    }
  }
}

/** How the doubt about a prediction is divided among the classes that were not predicted. */
function doubtShares(prediction: ConfidentPrediction, classCount: number): (index: number) => number {
  const weights = Array.from({ length: classCount }, (_, index) => {
    const weight = prediction.probabilities?.[index] ?? 0;
    return index !== prediction.classIndex && weight > 0 ? Math.min(weight, 1) : 0;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total > 0) return (index) => (weights[index] ?? 0) / total;
  return () => 1 / Math.max(1, classCount - 1);
}
