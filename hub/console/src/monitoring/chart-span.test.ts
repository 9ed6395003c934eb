import { describe, expect, test } from 'vitest';
import type { TelemetryPoint } from '../api/queries.ts';
import { bucketMsFor, isChartSpan } from './chart-span.ts';

function windows(count: number, lengthMs: number): TelemetryPoint[] {
  return Array.from(
    { length: count },
    (_, i) => ({ fromMs: i * lengthMs, toMs: (i + 1) * lengthMs }) as TelemetryPoint,
  );
}

describe('bucketMsFor', () => {
  test('is fine while a hub is young and the span’s own later', () => {
    expect(bucketMsFor(windows(80, 1_000), '15 min', 1)).toBe(1_000);
    expect(bucketMsFor(windows(300, 1_000), '15 min', 1)).toBe(5_000);
    expect(bucketMsFor(windows(900, 1_000), '15 min', 1)).toBe(10_000);
  });

  test('holds as many windows as asked for', () => {
    expect(bucketMsFor(windows(40, 1_000), '15 min', 5)).toBe(5_000);
    expect(bucketMsFor(windows(4, 10_000), '15 min', 1)).toBe(10_000);
  });

  test('has the step of the span without points and for rollups', () => {
    expect(bucketMsFor([], '1 h', 1)).toBe(60_000);
    expect(bucketMsFor(windows(10, 60_000), '1 h', 1)).toBe(60_000);
  });
});

test('isChartSpan takes only the spans on offer', () => {
  expect([isChartSpan('1 h'), isChartSpan('2 h'), isChartSpan('constructor'), isChartSpan(undefined)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
