import { expect, test } from 'vitest';
import { staleTopics } from './stale-topics.ts';

test('an event refreshes what its kind is about', () => {
  expect(staleTopics('rollout.wave-started')).toContain('rollouts');
  expect(staleTopics('drift.alert')).toEqual(['drift', 'alerts']);
  expect(staleTopics('device.online')).not.toContain('telemetry');
});

test('an event of a kind nobody foresaw refreshes everything', () => {
  expect(staleTopics('hub.key-created')).toHaveLength(8);
  expect(staleTopics('constructor.x')).toHaveLength(8);
});
