import {
  addToMoments,
  binIndex,
  emptyMoments,
  type FeatureReference,
  MISSING_BIN,
  quantileEdges,
  type Reference,
} from '@edgeloop/protocol';
import type { Predictions } from '../store/labelled-rows.ts';
import { calibrate } from './calibration.ts';

/**
 * Bins per feature. With n readings a window's PSI without any drift is about (bins - 1) / n: ten bins keep it below
 * the usual threshold of 0.1 from a hundred readings on.
 */
const FEATURE_BINS = 10;
const CONFIDENCE_BINS = 20;

/** Values of one column as they stand in the data set, NaN where missing. */
export interface FeatureValues {
  readonly name: string;
  readonly values: Float64Array;
}

export interface ReferenceInput {
  readonly classes: readonly string[];
  /** Of the rows the model was made with. */
  readonly features: readonly FeatureValues[];
  /** For these rows: how often it says what, and how surely. */
  readonly seen: Predictions;
  /** Of rows it was not trained on, with their labels: how often it is right when it is how sure. */
  readonly predictions: Predictions;
  readonly labels: Int32Array;
  /** On the evaluation rows. */
  readonly accuracy: number;
}

/** What a version saw when it was made; its bins count readings on devices too. */
export function modelReference(input: ReferenceInput): Reference {
  const { classes, seen, predictions, labels } = input;
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
    features: input.features.map(featureReference),
    predictedClasses,
    confidenceBins,
    accuracy: input.accuracy,
    calibrationConfidence: [...calibration.confidence],
    calibrationAccuracy: [...calibration.accuracy],
  };
}

/** Probability of the predicted class, per row. */
function confidencesOf({ classIndex, probabilities }: Predictions, classes: number): Float32Array {
  return Float32Array.from(classIndex, (index, row) => probabilities[row * classes + index] ?? 0);
}

function featureReference({ name, values }: FeatureValues): FeatureReference {
  const edges = quantileEdges(values, FEATURE_BINS);
  const bins = new Array<number>(edges.length + 1).fill(0);
  const moments = emptyMoments();
  let missing = 0;
  for (const value of values) {
    const bin = binIndex(edges, value);
    if (bin === MISSING_BIN) {
      missing++;
      continue;
    }
    bins[bin] = (bins[bin] ?? 0) + 1;
    addToMoments(moments, value);
  }
  const { min, max, mean, m2 } = moments;
  return { name, kind: 'number', edges, levels: [], bins, missing, min, max, mean, m2 };
}
