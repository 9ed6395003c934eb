import { describe, expect, test } from 'vitest';
import {
  checkWindow,
  type FeatureSummary,
  LatencyRecorder,
  type LatencySketch,
  type Reference,
  type TelemetryWindow,
} from '../index.ts';

const feature: FeatureSummary = { bins: [2, 1], count: 3, missing: 1, min: -1, max: 2, mean: 0.5, m2: 4.5 };
const latency: LatencySketch = {
  relativeAccuracy: 0.01,
  zeroCount: 1,
  offset: 0,
  counts: [2],
  minMs: 0,
  maxMs: 1,
  sumMs: 2,
};
const row = { truePositive: 1.5, falsePositive: 0.5, trueNegative: 0.75, falseNegative: 0.25 };
const window: TelemetryWindow = {
  firstSequence: 1,
  lastSequence: 2,
  startMs: 10,
  endMs: 20,
  slot: 'default',
  model: 'm',
  version: 1,
  releaseDigest: new Uint8Array(32),
  readings: 4,
  predictions: 3,
  features: [feature],
  predictedClasses: [2, 1],
  confidenceBins: [1, 2],
  expectations: [row, { ...row, truePositive: 0.5, trueNegative: 1.75 }],
  labelled: 2,
  correct: 1,
  latency,
  errors: [{ code: 'INPUT_INVALID', count: 1 }],
  violations: [{ feature: 'a', kind: 'range', count: 1 }],
  health: { rssBytesMax: 1, cpuSeconds: 1 },
};
const summary = { bins: [], missing: 0, min: 0, max: 0, mean: 0, m2: 0 };
const reference: Reference = {
  features: [{ name: 'x', kind: 'number', edges: [0], levels: [], ...summary }],
  predictedClasses: [9, 9],
  confidenceBins: [9, 9],
  accuracy: 1,
  calibrationConfidence: [],
  calibrationAccuracy: [],
};

function fieldsOf(change: Partial<TelemetryWindow>): string[] {
  return checkWindow({ ...window, ...change }, reference).map((fault) => fault.field);
}

test('a sound window has no faults', () => {
  expect(checkWindow(window)).toEqual([]);
  expect(checkWindow(window, reference)).toEqual([]);
});

test('the smallest and the largest latencies a recorder takes have no faults', () => {
  const recorder = new LatencyRecorder();
  for (const latencyMs of [0, 1e-4, Number.MAX_VALUE]) recorder.add(latencyMs);
  expect(checkWindow({ ...window, latency: recorder.sketch() }, reference)).toEqual([]);
});

describe('a fault is found in', () => {
  const nan = Number.NaN;
  const faulty: [string, Partial<TelemetryWindow>][] = [
    ['lastSequence', { lastSequence: 0 }],
    ['endMs', { endMs: 9 }],
    ['releaseDigest', { releaseDigest: new Uint8Array(31) }],
    ['features[0].bins', { features: [{ ...feature, bins: [2, 2] }] }],
    ['features[0].count', { readings: 5 }],
    ['features[0].mean', { features: [{ ...feature, mean: nan }] }],
    ['features[0].mean', { features: [{ ...feature, mean: 3 }] }],
    ['features[0].max', { features: [{ ...feature, max: Number.POSITIVE_INFINITY }] }],
    ['features[0].m2', { features: [{ ...feature, m2: -1 }] }],
    ['predictedClasses', { predictedClasses: [3, 1] }],
    ['confidenceBins', { confidenceBins: [2, 2] }],
    ['labelled', { labelled: 4 }],
    ['correct', { correct: 3 }],
    ['expectations', { expectations: [row] }],
    ['expectations[0]', { expectations: [{ ...row, truePositive: nan }, row] }],
    ['expectations[0]', { expectations: [{ ...row, falseNegative: -0.1 }, row] }],
    ['expectations[0]', { expectations: [{ ...row, truePositive: 1.6 }, row] }],
    ['expectations[0]', { expectations: [{ ...row, trueNegative: 1 }, row] }],
    ['latency.counts', { latency: { ...latency, zeroCount: 0 } }],
    ['latency.offset', { latency: { ...latency, counts: [2, ...new Array(5000).fill(0)] } }],
    ['latency.offset', { latency: { ...latency, offset: 2 ** 31 - 1 } }],
    ['latency.offset', { latency: { ...latency, offset: -(2 ** 31) } }],
    ['latency.relativeAccuracy', { latency: { ...latency, relativeAccuracy: 0.02 } }],
    ['latency', { latency: { ...latency, sumMs: nan } }],
    ['latency', { latency: { ...latency, minMs: 2 } }],
    ['errors', { errors: [...window.errors, ...window.errors] }],
    ['violations', { violations: [...window.violations, ...window.violations] }],
    ['violations', { violations: new Array(20_001).fill({ feature: 'a', kind: 'range', count: 1 }) }],
    ['violations[0].kind', { violations: [{ feature: 'a', kind: 'colour', count: 1 }] }],
    ['violations[0].feature', { violations: [{ feature: '', kind: 'range', count: 1 }] }],
    ['violations[0].feature', { violations: [{ feature: 'a'.repeat(1_001), kind: 'range', count: 1 }] }],
    ['violations[0].count', { violations: [{ feature: 'a', kind: 'range', count: 0 }] }],
    ['health.cpuSeconds', { health: { rssBytesMax: 0, cpuSeconds: nan } }],
    ['features', { features: [feature, feature] }],
    ['features[0].bins', { features: [{ ...feature, bins: [1, 1, 1] }] }],
    ['predictedClasses', { predictedClasses: [2, 1, 0] }],
    ['confidenceBins', { confidenceBins: [1, 1, 1] }],
  ];
  for (const [index, [field, change]] of faulty.entries()) {
    test(`${field} (case ${index + 1})`, () => expect(fieldsOf(change)).toContain(field));
  }

  test('a window with what was expected and what came', () => {
    expect(checkWindow({ ...window, correct: 3 })).toEqual([
      { field: 'correct', message: 'expected at most 2, got 3' },
    ]);
  });
});
