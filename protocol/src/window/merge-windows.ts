import { ProtocolUsageError } from '../errors.ts';
import type {
  ClassExpectation,
  ErrorCount,
  FeatureSummary,
  LatencySketch,
  TelemetryWindow,
  WindowHealth,
} from '../generated/messages.ts';
import { mergeLatencySketches } from './latency-sketch.ts';
import { mergeMoments } from './moments.ts';
import { mergeViolations } from './violations.ts';

/**
 * One window for all that two windows of the same release saw, whichever comes first.
 *
 * Counts add up exactly. The sequence range covers both, so merge neighbours when it is to stay gapless. The slot is
 * empty when the two differ, as it may across devices.
 *
 * @throws ProtocolUsageError WINDOWS_NOT_MERGEABLE naming what differs
 */
export function mergeWindows(a: TelemetryWindow, b: TelemetryWindow): TelemetryWindow {
  checkMergeable(a, b);
  return {
    firstSequence: Math.min(a.firstSequence, b.firstSequence),
    lastSequence: Math.max(a.lastSequence, b.lastSequence),
    startMs: Math.min(a.startMs, b.startMs),
    endMs: Math.max(a.endMs, b.endMs),
    slot: a.slot === b.slot ? a.slot : '',
    model: a.model,
    version: a.version,
    releaseDigest: a.releaseDigest,
    readings: a.readings + b.readings,
    predictions: a.predictions + b.predictions,
    features: pairwise(a.features, b.features, mergeFeatures),
    predictedClasses: pairwise(a.predictedClasses, b.predictedClasses, add),
    confidenceBins: pairwise(a.confidenceBins, b.confidenceBins, add),
    expectations: pairwise(a.expectations, b.expectations, mergeExpectations),
    labelled: a.labelled + b.labelled,
    correct: a.correct + b.correct,
    latency: either(a.latency, b.latency, mergeLatencySketches),
    errors: mergeErrors(a.errors, b.errors),
    health: either(a.health, b.health, mergeHealth),
    violations: mergeViolations([...a.violations, ...b.violations]),
  };
}

function checkMergeable(a: TelemetryWindow, b: TelemetryWindow): void {
  const rows: [string, unknown, unknown][] = [
    ['model', a.model, b.model],
    ['version', a.version, b.version],
    ['releaseDigest', hex(a.releaseDigest), hex(b.releaseDigest)],
    ['features', a.features.length, b.features.length],
    ['predictedClasses', a.predictedClasses.length, b.predictedClasses.length],
    ['confidenceBins', a.confidenceBins.length, b.confidenceBins.length],
    ['expectations', a.expectations.length, b.expectations.length],
    ...a.features.map((feature, index): [string, unknown, unknown] => [
      `features[${index}].bins`,
      feature.bins.length,
      b.features[index]?.bins.length,
    ]),
  ];
  const different = rows.filter(([, ours, theirs]) => ours !== theirs);
  if (different.length === 0) return;
  const shown = different.map(([field, ours, theirs]) => `${field} (${String(ours)} and ${String(theirs)})`);
  throw new ProtocolUsageError('WINDOWS_NOT_MERGEABLE', `windows differ in ${shown.join(', ')}`, {
    details: { differsIn: different.map(([field]) => field) },
  });
}

function mergeFeatures(a: FeatureSummary, b: FeatureSummary): FeatureSummary {
  return { bins: pairwise(a.bins, b.bins, add), missing: a.missing + b.missing, ...mergeMoments(a, b) };
}

function mergeExpectations(a: ClassExpectation, b: ClassExpectation): ClassExpectation {
  return {
    truePositive: a.truePositive + b.truePositive,
    falsePositive: a.falsePositive + b.falsePositive,
    trueNegative: a.trueNegative + b.trueNegative,
    falseNegative: a.falseNegative + b.falseNegative,
  };
}

function mergeErrors(a: readonly ErrorCount[], b: readonly ErrorCount[]): ErrorCount[] {
  const counts = new Map<string, number>();
  for (const { code, count } of [...a, ...b]) counts.set(code, (counts.get(code) ?? 0) + count);
  return [...counts].map(([code, count]) => ({ code, count })).sort((x, y) => (x.code < y.code ? -1 : 1));
}

function mergeHealth(a: WindowHealth, b: WindowHealth): WindowHealth {
  return { rssBytesMax: Math.max(a.rssBytesMax, b.rssBytesMax), cpuSeconds: a.cpuSeconds + b.cpuSeconds };
}

function either<T extends LatencySketch | WindowHealth>(
  a: T | undefined,
  b: T | undefined,
  merge: (a: T, b: T) => T,
): T | undefined {
  return a !== undefined && b !== undefined ? merge(a, b) : (a ?? b);
}

/** Lists of equal length, checked before. */
function pairwise<T>(a: readonly T[], b: readonly T[], merge: (a: T, b: T) => T): T[] {
  return a.map((value, index) => merge(value, b[index] ?? value));
}

function add(a: number, b: number): number {
  return a + b;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
