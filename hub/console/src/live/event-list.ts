import { EVENT_LIMIT, type HubEvent } from '../api/queries.ts';

/** The list with one more event at its end; unchanged when the event is in it. Only the newest are kept. */
export function withEvent(events: HubEvent[], added: HubEvent): HubEvent[] {
  if (events.some(({ id }) => id === added.id)) return events;
  return [...events, added].sort((a, b) => a.id - b.id).slice(-EVENT_LIMIT);
}
