import { describe, expect, test } from 'vitest';
import type { TelemetryPoint } from '../api/queries.ts';
import { latestFigures, latestPoints, readingsPerSecond } from './latest-figures.ts';
import { mergeFigures } from './merged-figures.ts';

function point(changes: Partial<TelemetryPoint>): TelemetryPoint {
  return {
    deviceId: 'a',
    slot: 'default',
    version: 1,
    fromMs: 0,
    toMs: 10_000,
    windows: 1,
    readings: 100,
    predictions: 100,
    errors: 0,
    labelled: 100,
    correct: 90,
    trueAccuracy: 0.9,
    estimatedAccuracy: 0.8,
    latencyP50Ms: 1,
    latencyP95Ms: 2,
    ...changes,
  };
}

describe('mergeFigures', () => {
  test('counts every labelled reading once, however the points are cut', () => {
    const merged = mergeFigures([
      point({ labelled: 100, correct: 100 }),
      point({ labelled: 300, correct: 0 }),
      point({ labelled: 0, correct: 0, trueAccuracy: null }),
    ]);
    expect(merged.trueAccuracy).toBe(0.25);
    expect(merged.labelled).toBe(400);
  });

  test('weighs the estimate by predictions', () => {
    const merged = mergeFigures([
      point({ predictions: 300, estimatedAccuracy: 1 }),
      point({ predictions: 100, estimatedAccuracy: 0.6 }),
      point({ predictions: 900, estimatedAccuracy: null }),
    ]);
    expect(merged.estimatedAccuracy).toBeCloseTo(0.9, 12);
  });

  test('shows the slowest and the typical latency', () => {
    const merged = mergeFigures([1, 5, 2].map((ms) => point({ latencyP50Ms: ms, latencyP95Ms: ms * 2 })));
    expect([merged.typicalP50Ms, merged.worstP95Ms]).toEqual([2, 10]);
  });

  test('has no figures for no points', () => {
    expect(mergeFigures([])).toMatchObject({
      readings: 0,
      trueAccuracy: null,
      estimatedAccuracy: null,
      worstP95Ms: null,
    });
  });
});

describe('latestPoints', () => {
  test('leaves out what an earlier version saw and what is older than a minute', () => {
    const points = [
      point({ toMs: 10_000, version: 2 }),
      point({ toMs: 75_000, version: 1 }),
      point({ toMs: 80_000, version: 2 }),
      point({ toMs: 90_000, version: 2 }),
    ];
    expect(latestPoints(points).map(({ toMs }) => toMs)).toEqual([80_000, 90_000]);
  });
});

test('latestFigures keeps devices apart', () => {
  const figures = latestFigures([point({ correct: 50 }), point({ deviceId: 'b', correct: 100 })]);
  expect([figures.get('a')?.trueAccuracy, figures.get('b')?.trueAccuracy]).toEqual([0.5, 1]);
});

test('readingsPerSecond adds up the rates of the devices', () => {
  const points = [
    point({ fromMs: 0, toMs: 10_000 }),
    point({ fromMs: 10_000, toMs: 20_000 }),
    point({ deviceId: 'b', fromMs: 5_000, toMs: 10_000 }),
  ];
  expect(readingsPerSecond(points)).toBe(30);
  expect(readingsPerSecond([])).toBeNull();
});
