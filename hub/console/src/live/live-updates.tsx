import type { TelemetryNotice } from '@edgeloop/hub';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { EventStream, type StreamStatus } from '../api/event-stream.ts';
import { EVENT_STREAM_URL } from '../api/hub-client.ts';
import { eventsQuery, type HubEvent } from '../api/queries.ts';
import type { SseMessage } from '../api/sse-parser.ts';
import { useSession } from '../session/session-context.ts';
import { withEvent } from './event-list.ts';
import { Refresher } from './refresher.ts';
import { staleTopics } from './stale-topics.ts';

const GATHER_EVENTS_MS = 300;
const GATHER_TELEMETRY_MS = 2_000;

interface Live {
  readonly status: StreamStatus;
  /** What the last stored frame said; undefined before the first. */
  readonly lastNotice: TelemetryNotice | undefined;
}

const LiveContext = createContext<Live>({ status: 'connecting', lastNotice: undefined });

/** How the line to the hub stands, and the newest telemetry. */
export function useLive(): Live {
  return useContext(LiveContext);
}

/** Follows the hub's event stream and keeps every answer on the page up to date with it. */
export function LiveUpdates({ children }: { children: ReactNode }) {
  const { hub, token } = useSession();
  const client = useQueryClient();
  const [status, setStatus] = useState<StreamStatus>('connecting');
  const [lastNotice, setLastNotice] = useState<TelemetryNotice>();

  useEffect(() => {
    const events = refresherOf(client, GATHER_EVENTS_MS);
    const telemetry = refresherOf(client, GATHER_TELEMETRY_MS);
    let wasLive = false;

    function onMessage(message: SseMessage) {
      if (message.event === 'event') {
        const event: HubEvent = JSON.parse(message.data);
        client.setQueryData(eventsQuery(hub).queryKey, (list) => list && withEvent(list, event));
        events.mark(staleTopics(event.kind));
        if (event.deviceId !== null) refetch(client, [eventsQuery(hub).queryKey[0], event.deviceId]);
      } else if (message.event === 'telemetry') {
        setLastNotice(JSON.parse(message.data));
        telemetry.mark(['telemetry', 'devices']);
      }
    }
    function onStatus(next: StreamStatus) {
      setStatus(next);
      if (next !== 'live') return;
      // Whatever happened while nobody listened.
      if (wasLive) refetch(client, []);
      wasLive = true;
    }

    const stream = new EventStream({
      url: EVENT_STREAM_URL,
      token,
      fetch: (url, init) => fetch(url, init),
      random: Math.random,
      onMessage,
      onStatus,
    });
    stream.run().catch(() => setStatus('reconnecting'));
    return () => {
      stream.stop();
      events.stop();
      telemetry.stop();
    };
  }, [client, hub, token]);

  return <LiveContext value={{ status, lastNotice }}>{children}</LiveContext>;
}

function refresherOf(client: QueryClient, gatherMs: number): Refresher {
  return new Refresher(gatherMs, (topics) => {
    for (const topic of topics) refetch(client, [topic]);
  });
}

function refetch(client: QueryClient, queryKey: readonly unknown[]): void {
  // A failed refresh shows in the query that failed.
  client.invalidateQueries({ queryKey }).catch(() => undefined);
}
