import { describe, expect, test } from 'vitest';
import type { TelemetryPoint } from '../api/queries.ts';
import { accuracyLines, latencyLines, MOST_DEVICE_LINES, rateLines, versionMarks } from './chart-lines.ts';

function point(deviceId: string, fromMs: number, changes: Partial<TelemetryPoint> = {}): TelemetryPoint {
  return {
    deviceId,
    fromMs,
    toMs: fromMs + 5_000,
    slot: 'default',
    version: 1,
    windows: 1,
    readings: 50,
    predictions: 50,
    errors: 0,
    labelled: 50,
    correct: 45,
    trueAccuracy: 0.9,
    estimatedAccuracy: 0.8,
    latencyP50Ms: 1,
    latencyP95Ms: 2,
    ...changes,
  };
}

describe('accuracyLines', () => {
  const chart = accuracyLines(
    [point('a', 0), point('b', 2_000, { correct: 0, trueAccuracy: 0 }), point('a', 10_000), point('a', 15_000)],
    10_000,
  );

  test('gathers points by step and puts each step at its middle', () => {
    expect(chart.timesSec).toEqual([5, 15]);
    expect(chart.lines[0]).toEqual({ name: 'all devices, true', kind: 'total', values: [0.45, 0.9] });
  });

  test('has a gap where a device was silent', () => {
    expect(chart.lines.find(({ name }) => name === 'b')?.values).toEqual([0, null]);
  });

  test('shows the estimate of a device without labels', () => {
    const unlabelled = { labelled: 0, correct: 0, trueAccuracy: null };
    const { lines } = accuracyLines([point('a', 0), point('b', 0, unlabelled)], 10_000);
    expect(lines.find(({ name }) => name === 'b')?.values[0]).toBeCloseTo(0.8, 12);
  });

  test('draws no line per device for one device or for a crowd', () => {
    expect(accuracyLines([point('a', 0)], 10_000).lines).toHaveLength(2);
    const crowd = Array.from({ length: MOST_DEVICE_LINES + 1 }, (_, i) => point(`d${i}`, 0));
    expect(accuracyLines(crowd, 10_000).lines).toHaveLength(2);
  });
});

test('latencyLines show the slowest device', () => {
  const chart = latencyLines([point('a', 0, { latencyP95Ms: 9 }), point('b', 0)], 10_000);
  expect(chart.lines.map(({ name, values }) => [name, values[0]])).toEqual([
    ['slowest p95', 9],
    ['typical p50', 1],
    ['a p95', 9],
    ['b p95', 2],
  ]);
});

test('rateLines leave out the step that is still filling', () => {
  const chart = rateLines([point('a', 0), point('a', 5_000), point('a', 10_000)], 10_000, 15_000);
  expect(chart).toEqual({ timesSec: [5], lines: [{ name: 'all devices', kind: 'total', values: [10] }] });
});

test('versionMarks stand where a newer version was first seen', () => {
  const points = [point('a', 20_000, { version: 2 }), point('b', 12_000, { version: 2 }), point('a', 0)];
  expect(versionMarks(points)).toEqual([{ atMs: 12_000, label: 'v2' }]);
});
