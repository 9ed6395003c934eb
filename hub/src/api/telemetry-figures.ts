import { latencyQuantile, type TelemetryWindow } from '@edgeloop/protocol';

/** What people want to know of a window, whatever it covers. */
export interface WindowFigures {
  readonly readings: number;
  readonly predictions: number;
  readonly errors: number;
  readonly labelled: number;
  readonly correct: number;
  /** From labels known on the device; null without any. */
  readonly trueAccuracy: number | null;
  /** From calibrated confidences; null without any. */
  readonly estimatedAccuracy: number | null;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

export function figuresOf(window: TelemetryWindow): WindowFigures {
  const { readings, predictions, correct, latency, errors, predictedClasses } = window;
  // Numbers are neither right nor wrong, whatever devices count.
  const labelled = predictedClasses.length === 0 ? 0 : window.labelled;
  const right = sum(window.expectations.map((row) => row.truePositive));
  const wrong = sum(window.expectations.map((row) => row.falsePositive));
  return {
    readings,
    predictions,
    errors: sum(errors.map((error) => error.count)),
    labelled,
    correct,
    trueAccuracy: share(correct, labelled),
    estimatedAccuracy: share(right, right + wrong),
    latencyP50Ms: (latency && latencyQuantile(latency, 0.5)) ?? null,
    latencyP95Ms: (latency && latencyQuantile(latency, 0.95)) ?? null,
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
