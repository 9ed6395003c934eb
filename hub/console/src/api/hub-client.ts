import type { AppType } from '@edgeloop/hub';
import { hc } from 'hono/client';

/** The hub's routes, with the types the hub gives them. */
export type HubClient = ReturnType<typeof hc<AppType>>;

export const API_ROOT = '/api/v1';
export const EVENT_STREAM_URL = `${API_ROOT}/events/stream`;

/** A client that shows the token with every request. */
export function hubClient(token: string): HubClient {
  // Hono's client wants an absolute address to build URLs from.
  return hc<AppType>(new URL(API_ROOT, location.origin).href, {
    headers: { authorization: `Bearer ${token}` },
  });
}
