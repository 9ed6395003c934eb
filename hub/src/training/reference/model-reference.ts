import type { Reference } from '@edgeloop/protocol';
import { InternalError } from '../../errors.ts';
import type { Metrics } from '../../store/metrics/metrics.ts';
import type { ClassPredictions, ClassTarget, ModelPredictions, Target } from '../../store/model-rows.ts';
import { calibrate } from './calibration.ts';
import { featureReference } from './feature-reference.ts';
import type { ReferenceColumn } from './reference-columns.ts';

const CONFIDENCE_BINS = 20;

export interface ReferenceInput {
  /** Of the rows the model was made with. */
  readonly columns: readonly ReferenceColumn[];
  /** For these rows: how often it says what, and how surely. */
  readonly seen: ModelPredictions;
  /** Of rows it was not trained on: how often it is right when it is how sure. */
  readonly unseen: { readonly predictions: ModelPredictions; readonly target: Target };
  /** On the evaluation rows. */
  readonly metrics: Metrics;
}

/**
 * What a version saw when it was made; its bins count readings on devices too.
 *
 * A model of numbers has no predicted classes, no confidences and no accuracy: that is 0 and stands for nothing.
 */
export function modelReference({ columns, seen, unseen, metrics }: ReferenceInput): Reference {
  const features = columns.map(featureReference);
  const { predictions, target } = unseen;
  if (target.kind === 'number') {
    return {
      ...{ features, predictedClasses: [], confidenceBins: [], accuracy: 0 },
      ...{ calibrationConfidence: [], calibrationAccuracy: [] },
    };
  }
  if (seen.kind !== 'classes' || predictions.kind !== 'classes' || metrics.task === 'regression') {
    throw new InternalError('expected predictions of classes for a target of classes, got numbers');
  }
  return { features, ...classReference(seen, predictions, target), accuracy: metrics.accuracy };
}

function classReference(
  seen: ClassPredictions,
  predictions: ClassPredictions,
  { classes, labels }: ClassTarget,
): Omit<Reference, 'features' | 'accuracy'> {
  const predictedClasses = new Array<number>(classes.length).fill(0);
  const confidenceBins = new Array<number>(CONFIDENCE_BINS).fill(0);
  for (const [row, confidence] of confidencesOf(seen, classes.length).entries()) {
    const index = seen.classIndex[row] ?? 0;
    predictedClasses[index] = (predictedClasses[index] ?? 0) + 1;
    const bin = Math.min(CONFIDENCE_BINS - 1, Math.floor(confidence * CONFIDENCE_BINS));
    confidenceBins[bin] = (confidenceBins[bin] ?? 0) + 1;
  }
  const isRight = Array.from(labels, (label, row) => label === predictions.classIndex[row]);
  const calibration = calibrate(confidencesOf(predictions, classes.length), isRight);
  return {
    predictedClasses,
    confidenceBins,
    calibrationConfidence: [...calibration.confidence],
    calibrationAccuracy: [...calibration.accuracy],
  };
}

/** Probability of the predicted class, per row. */
function confidencesOf({ classIndex, probabilities }: ClassPredictions, classes: number): Float32Array {
  return Float32Array.from(classIndex, (index, row) => probabilities[row * classes + index] ?? 0);
}
