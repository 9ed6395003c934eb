import type {
  ClassExpectation,
  FeatureSummary,
  LatencySketch,
  Reference,
  TelemetryWindow,
} from '../generated/messages.ts';
import { binCountOf, type Fault, fault } from './check-reference.ts';
import { LATENCY_BUCKETS, LATENCY_RELATIVE_ACCURACY } from './latency-sketch.ts';
import { isViolationKind } from './violations.ts';

// Sums of a million doubles may be off by this share.
const SUM_TOLERANCE = 1e-9;

// A row per feature and kind: more than a model of a few thousand features can have, and still less than a message.
const MOST_VIOLATIONS = 20_000;
const LONGEST_FEATURE_NAME = 1_000;

/**
 * What cannot be true in a window: counts that do not add up, numbers that are none, bins the reference does not
 * have. Empty for every window a WindowBuilder or mergeWindows made.
 *
 * @param reference of the release the window names; without it only the window itself is checked
 */
export function checkWindow(window: TelemetryWindow, reference?: Reference): Fault[] {
  return [
    ...checkSpan(window),
    ...window.features.flatMap((feature, index) => checkFeature(feature, window.readings, `features[${index}]`)),
    ...checkPredictions(window),
    ...checkExpectations(window),
    ...(window.latency === undefined ? [] : checkLatency(window.latency, window.predictions)),
    ...checkErrors(window),
    ...checkViolations(window),
    ...(reference === undefined ? [] : checkAgainst(window, reference)),
  ];
}

function checkSpan({ firstSequence, lastSequence, startMs, endMs, releaseDigest, health }: TelemetryWindow): Fault[] {
  const faults: Fault[] = [];
  if (firstSequence > lastSequence) faults.push(fault('lastSequence', `at least ${firstSequence}`, lastSequence));
  if (startMs > endMs) faults.push(fault('endMs', `at least ${startMs}`, endMs));
  if (releaseDigest.length !== 32) faults.push(fault('releaseDigest', '32 bytes', releaseDigest.length));
  if (health !== undefined && !(health.cpuSeconds >= 0 && Number.isFinite(health.cpuSeconds))) {
    faults.push(fault('health.cpuSeconds', 'a number from 0', health.cpuSeconds));
  }
  return faults;
}

function checkFeature(feature: FeatureSummary, readings: number, field: string): Fault[] {
  const { bins, count, missing, min, max, mean, m2 } = feature;
  const faults: Fault[] = [];
  if (sum(bins) !== count) faults.push(fault(`${field}.bins`, `counts that add up to ${count}`, sum(bins)));
  if (count + missing !== readings) {
    faults.push(fault(`${field}.count`, `${readings} readings with missing ones`, count + missing));
  }
  const odd = Object.entries({ min, max, mean, m2 }).find(([, value]) => !Number.isFinite(value));
  if (odd !== undefined) return [...faults, fault(`${field}.${odd[0]}`, 'a finite number', odd[1])];
  const slack = SUM_TOLERANCE * Math.max(Math.abs(min), Math.abs(max));
  if (mean < min - slack || mean > max + slack) {
    faults.push(fault(`${field}.mean`, `a number from ${min} to ${max}`, mean));
  }
  if (m2 < 0) faults.push(fault(`${field}.m2`, 'a number from 0', m2));
  return faults;
}

function checkPredictions({
  predictions,
  predictedClasses,
  confidenceBins,
  labelled,
  correct,
}: TelemetryWindow): Fault[] {
  const faults: Fault[] = [];
  const classified = sum(predictedClasses);
  if (classified > predictions) faults.push(fault('predictedClasses', `at most ${predictions} in all`, classified));
  const withConfidence = sum(confidenceBins);
  if (withConfidence > classified) faults.push(fault('confidenceBins', `at most ${classified} in all`, withConfidence));
  if (labelled > predictions) faults.push(fault('labelled', `at most ${predictions}`, labelled));
  if (correct > labelled) faults.push(fault('correct', `at most ${labelled}`, correct));
  return faults;
}

function checkExpectations({ expectations, predictedClasses }: TelemetryWindow): Fault[] {
  if (expectations.length !== predictedClasses.length) {
    return [fault('expectations', `${predictedClasses.length} rows`, expectations.length)];
  }
  const classified = sum(predictedClasses);
  return expectations.flatMap((row, index) =>
    checkExpectation(row, predictedClasses[index] ?? 0, classified, `expectations[${index}]`),
  );
}

/** A class's positives cannot outnumber how often it was predicted, nor all four all classified predictions. */
function checkExpectation(row: ClassExpectation, predicted: number, classified: number, field: string): Fault[] {
  const { truePositive, falsePositive, trueNegative, falseNegative } = row;
  const cells = [truePositive, falsePositive, trueNegative, falseNegative];
  if (!cells.every((cell) => cell >= 0 && Number.isFinite(cell))) {
    return [fault(field, 'four numbers from 0', cells.join(', '))];
  }
  const faults: Fault[] = [];
  const positive = truePositive + falsePositive;
  if (positive > predicted * (1 + SUM_TOLERANCE)) {
    faults.push(fault(field, `at most ${predicted} expected positives`, positive));
  }
  if (sum(cells) > classified * (1 + SUM_TOLERANCE)) {
    faults.push(fault(field, `at most ${classified} expected outcomes`, sum(cells)));
  }
  return faults;
}

/** Whoever merges makes room from the first bucket of either sketch to the last, so neither may lie anywhere else. */
function checkLatency(latency: LatencySketch, predictions: number): Fault[] {
  const { relativeAccuracy, zeroCount, offset, counts, minMs, maxMs, sumMs } = latency;
  const faults: Fault[] = [];
  if (relativeAccuracy !== LATENCY_RELATIVE_ACCURACY) {
    faults.push(fault('latency.relativeAccuracy', `${LATENCY_RELATIVE_ACCURACY}`, relativeAccuracy));
  }
  const { first, last } = LATENCY_BUCKETS;
  const end = offset + counts.length - 1;
  if (counts.length > 0 && (offset < first || end > last)) {
    faults.push(fault('latency.offset', `buckets from ${first} to ${last}`, `${offset} to ${end}`));
  }
  const total = zeroCount + sum(counts);
  if (total !== predictions) faults.push(fault('latency.counts', `counts that add up to ${predictions}`, total));
  if (!(minMs >= 0 && minMs <= maxMs && Number.isFinite(maxMs) && sumMs >= 0 && Number.isFinite(sumMs))) {
    faults.push(fault('latency', 'minMs <= maxMs and a sum, all from 0', `${minMs}, ${maxMs} and ${sumMs}`));
  }
  return faults;
}

function checkErrors({ errors }: TelemetryWindow): Fault[] {
  const codes = new Set(errors.map((error) => error.code));
  return codes.size === errors.length ? [] : [fault('errors', 'each code once', `${errors.length} rows`)];
}

function checkViolations({ violations }: TelemetryWindow): Fault[] {
  if (violations.length > MOST_VIOLATIONS) {
    return [fault('violations', `at most ${MOST_VIOLATIONS} rows`, violations.length)];
  }
  const rows = new Set(violations.map(({ feature, kind }) => JSON.stringify([feature, kind])));
  const faults = violations.flatMap(({ feature, kind, count }, index) => {
    const field = `violations[${index}]`;
    if (!isViolationKind(kind)) return [fault(`${field}.kind`, 'a known kind', JSON.stringify(kind.slice(0, 60)))];
    if (feature === '' || feature.length > LONGEST_FEATURE_NAME) {
      return [fault(`${field}.feature`, `a name of 1 to ${LONGEST_FEATURE_NAME} characters`, feature.length)];
    }
    return count > 0 ? [] : [fault(`${field}.count`, 'a count from 1', count)];
  });
  if (rows.size === violations.length) return faults;
  return [...faults, fault('violations', 'each feature and kind once', `${violations.length} rows`)];
}

function checkAgainst(window: TelemetryWindow, reference: Reference): Fault[] {
  if (window.features.length !== reference.features.length) {
    return [fault('features', `${reference.features.length} features`, window.features.length)];
  }
  const faults = reference.features.flatMap((feature, index) => {
    const got = window.features[index]?.bins.length;
    return got === binCountOf(feature) ? [] : [fault(`features[${index}].bins`, `${binCountOf(feature)} bins`, got)];
  });
  const classes = reference.predictedClasses.length;
  if (classes > 0 && window.predictedClasses.length !== classes) {
    faults.push(fault('predictedClasses', `${classes} counts`, window.predictedClasses.length));
  }
  const confidenceBins = window.predictedClasses.length === 0 ? 0 : reference.confidenceBins.length;
  if (window.confidenceBins.length !== confidenceBins) {
    faults.push(fault('confidenceBins', `${confidenceBins} counts`, window.confidenceBins.length));
  }
  return faults;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
