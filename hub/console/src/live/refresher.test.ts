import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refresher } from './refresher.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a burst of events refreshes each topic once', () => {
  const refresh = vi.fn();
  const refresher = new Refresher(500, refresh);
  refresher.mark(['devices']);
  refresher.mark(['devices', 'rollouts']);
  vi.advanceTimersByTime(499);
  expect(refresh).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(refresh.mock.calls).toEqual([[['devices', 'rollouts']]]);
});

test('a steady stream does not put the refresh off for ever', () => {
  const refresh = vi.fn();
  const refresher = new Refresher(500, refresh);
  for (let i = 0; i < 10; i += 1) {
    refresher.mark(['telemetry']);
    vi.advanceTimersByTime(200);
  }
  expect(refresh.mock.calls.length).toBeGreaterThanOrEqual(3);
});

test('nothing is refreshed after the end', () => {
  const refresh = vi.fn();
  const refresher = new Refresher(500, refresh);
  refresher.mark(['devices']);
  refresher.stop();
  vi.advanceTimersByTime(1_000);
  expect(refresh).not.toHaveBeenCalled();
});
