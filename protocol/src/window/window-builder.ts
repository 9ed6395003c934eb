import { ProtocolUsageError } from '../errors.ts';
import type {
  ClassExpectation,
  FeatureReference,
  FeatureSummary,
  Reference,
  TelemetryWindow,
  WindowHealth,
} from '../generated/messages.ts';
import { binIndex, levelIndex, MISSING_BIN } from './bins.ts';
import { binCountOf, checkReference } from './check-reference.ts';
import { addExpectedOutcome } from './expected-outcomes.ts';
import { LatencyRecorder } from './latency-sketch.ts';
import { addToMoments, emptyMoments, type Moments } from './moments.ts';
import { type Violation, ViolationTally } from './violations.ts';

/** Values of one reading by feature name; null and absent both mean missing. */
export type ReadingValues = Readonly<Record<string, number | string | null | undefined>>;

/** What a window says about its model. */
export interface WindowSubject {
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  /** SHA-256 of the signed release, 32 bytes. */
  readonly releaseDigest: Uint8Array;
  readonly reference: Reference;
  /** Class names in the order of the model's output; empty for a model that does not classify. */
  readonly classes: readonly string[];
}

/** What one inference gave. */
export interface PredictionOutcome {
  /** Leave undefined for a model that does not classify. */
  readonly classIndex?: number | undefined;
  /** Probability of the predicted class. NaN counts as 0, anything above 1 as 1. */
  readonly confidence?: number | undefined;
  /** Shape [classes]. */
  readonly probabilities?: ArrayLike<number> | undefined;
  readonly latencyMs: number;
  /** Known true class; -1 for one that the model does not know. */
  readonly labelIndex?: number | undefined;
}

/** A window before it got its place in the device's sequence. */
export type UnnumberedWindow = Omit<TelemetryWindow, 'firstSequence' | 'lastSequence'>;

interface FeatureTally {
  readonly bins: number[];
  missing: number;
  readonly moments: Moments;
}

/**
 * Sums up readings and predictions of one slot into a window: counts, never rows.
 */
export class WindowBuilder {
  readonly #subject: WindowSubject;
  #readings = 0;
  #predictions = 0;
  #labelled = 0;
  #correct = 0;
  #features: FeatureTally[] = [];
  #predictedClasses: number[] = [];
  #confidenceBins: number[] = [];
  #expectations: ClassExpectation[] = [];
  #latency = new LatencyRecorder();
  #errors = new Map<string, number>();
  #violations = new ViolationTally();

  /** @throws ProtocolUsageError INVALID_INPUT when the reference contradicts itself or `classes` */
  constructor(subject: WindowSubject) {
    const [fault] = checkReference(subject.reference, subject.classes.length);
    if (fault !== undefined) {
      throw new ProtocolUsageError('INVALID_INPUT', `reference: ${fault.field}: ${fault.message}`);
    }
    this.#subject = subject;
    this.#reset();
  }

  /** Whether nothing at all was added since the last `close`. */
  get isEmpty(): boolean {
    const hasCounts = this.#readings > 0 || this.#predictions > 0 || this.#errors.size > 0;
    return !hasCounts && this.#violations.isEmpty;
  }

  /** Counts one reading. Values a feature cannot have (text for a number, infinities) count as missing. */
  addReading(values: ReadingValues): void {
    this.#readings += 1;
    for (const [index, feature] of this.#subject.reference.features.entries()) {
      const tally = this.#features[index];
      if (tally !== undefined)
        addValue(tally, feature, Object.hasOwn(values, feature.name) ? values[feature.name] : null);
    }
  }

  /** Counts one prediction. @throws ProtocolUsageError INVALID_INPUT for a class or latency that cannot be */
  addPrediction(outcome: PredictionOutcome): void {
    const { classIndex, latencyMs, labelIndex } = outcome;
    if (classIndex !== undefined && this.#predictedClasses[classIndex] === undefined) {
      const range = `an integer below ${this.#predictedClasses.length}`;
      throw new ProtocolUsageError('INVALID_INPUT', `classIndex must be ${range}, got ${classIndex}`);
    }
    this.#latency.add(latencyMs);
    this.#predictions += 1;
    if (classIndex !== undefined) this.#addClass(classIndex, outcome);
    if (labelIndex === undefined) return;
    this.#labelled += 1;
    if (labelIndex === classIndex) this.#correct += 1;
  }

  /** Counts one error, such as a reading that gave no prediction. */
  addError(code: string): void {
    this.#errors.set(code, (this.#errors.get(code) ?? 0) + 1);
  }

  /** Counts one value that the model's signature does not expect. */
  addViolation(violation: Violation): void {
    this.#violations.add(violation);
  }

  /** The window of everything since the last `close`; the builder starts afresh. Times are Unix time in ms. */
  close(startMs: number, endMs: number, health?: WindowHealth): UnnumberedWindow {
    const { slot, model, version, releaseDigest } = this.#subject;
    const window: UnnumberedWindow = {
      ...{ startMs, endMs, slot, model, version, releaseDigest },
      readings: this.#readings,
      predictions: this.#predictions,
      features: this.#features.map(summarize),
      predictedClasses: this.#predictedClasses,
      confidenceBins: this.#confidenceBins,
      expectations: this.#expectations,
      labelled: this.#labelled,
      correct: this.#correct,
      latency: this.#latency.sketch(),
      errors: sortedErrors(this.#errors),
      health,
      violations: this.#violations.counts(),
    };
    this.#reset();
    return window;
  }

  #addClass(classIndex: number, { confidence, probabilities }: PredictionOutcome): void {
    increment(this.#predictedClasses, classIndex);
    if (confidence === undefined) return;
    const bounded = confidence > 0 ? Math.min(confidence, 1) : 0;
    const binCount = this.#confidenceBins.length;
    if (binCount > 0) increment(this.#confidenceBins, Math.min(Math.floor(bounded * binCount), binCount - 1));
    const prediction = { classIndex, confidence: bounded, probabilities };
    addExpectedOutcome(this.#expectations, prediction, this.#subject.reference);
  }

  #reset(): void {
    const { reference, classes } = this.#subject;
    this.#readings = 0;
    this.#predictions = 0;
    this.#labelled = 0;
    this.#correct = 0;
    this.#features = reference.features.map(emptyTally);
    this.#predictedClasses = zeros(classes.length);
    this.#confidenceBins = zeros(classes.length === 0 ? 0 : reference.confidenceBins.length);
    this.#expectations = classes.map(() => ({ truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 }));
    this.#latency = new LatencyRecorder();
    this.#errors = new Map();
    this.#violations = new ViolationTally();
  }
}

function emptyTally(feature: FeatureReference): FeatureTally {
  return { bins: zeros(binCountOf(feature)), missing: 0, moments: emptyMoments() };
}

function addValue(tally: FeatureTally, feature: FeatureReference, value: ReadingValues[string]): void {
  const bin = binOf(feature, value);
  if (bin === MISSING_BIN) {
    tally.missing += 1;
    return;
  }
  increment(tally.bins, bin);
  // Categories have no order, so of their moments only the count means anything.
  if (typeof value === 'number' && feature.kind !== 'category') addToMoments(tally.moments, value);
  else tally.moments.count += 1;
}

function binOf({ kind, edges, levels }: FeatureReference, value: ReadingValues[string]): number {
  if (kind === 'category') return levelIndex(levels, value);
  return typeof value === 'number' ? binIndex(edges, value) : MISSING_BIN;
}

function summarize({ bins, missing, moments }: FeatureTally): FeatureSummary {
  return { bins, missing, ...moments };
}

function sortedErrors(errors: ReadonlyMap<string, number>): TelemetryWindow['errors'] {
  return [...errors].map(([code, count]) => ({ code, count })).sort((a, b) => (a.code < b.code ? -1 : 1));
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}
