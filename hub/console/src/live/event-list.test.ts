import { expect, test } from 'vitest';
import { EVENT_LIMIT, type HubEvent } from '../api/queries.ts';
import { withEvent } from './event-list.ts';

function event(id: number): HubEvent {
  const none = { deviceId: null, model: null, code: null };
  return { id, atMs: id, level: 'info', kind: 'device.online', message: `event ${id}`, detail: {}, ...none };
}

test('an event that comes twice is listed once', () => {
  const events = [event(1), event(2)];
  expect(withEvent(events, event(2))).toBe(events);
});

test('events stand in the order they happened, whatever order they come in', () => {
  expect(withEvent([event(1), event(3)], event(2)).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('the oldest make room for the newest', () => {
  const full = Array.from({ length: EVENT_LIMIT }, (_, i) => event(i));
  const events = withEvent(full, event(EVENT_LIMIT));
  expect(events).toHaveLength(EVENT_LIMIT);
  expect([events[0]?.id, events.at(-1)?.id]).toEqual([1, EVENT_LIMIT]);
});
