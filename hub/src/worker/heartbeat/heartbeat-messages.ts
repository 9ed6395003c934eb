import type { HubErrorCode } from '../../errors.ts';
import type { JobProgress } from '../../store/job-store.ts';

/** What the worker tells the thread that beats for it; whatever it is, it shows that the worker's event loop turns. */
export type HeartbeatOrder =
  | { readonly kind: 'hold'; readonly jobId: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'alive' }
  /** @property isUrgent it does not wait for the next heartbeat */
  | { readonly kind: 'progress'; readonly progress: JobProgress; readonly isUrgent: boolean }
  /** Asks for 'told' once the newest progress is, or cannot be. */
  | { readonly kind: 'tell' };

/** What the thread tells the worker. */
export type HeartbeatNews =
  /** The job is not the worker's any more; no more heartbeats for it. */
  | { readonly kind: 'lost'; readonly jobId: string; readonly code: HubErrorCode; readonly message: string }
  /** One heartbeat did not reach the hub; the lease outlives some. */
  | { readonly kind: 'undelivered'; readonly jobId: string; readonly reason: string }
  | { readonly kind: 'told' };

/** What the thread is started with. */
export interface HeartbeatSettings {
  readonly url: string;
  readonly token: string;
  readonly worker: string;
  readonly periodMs: number;
  /** How long a worker that has lost its job may leave that unheard before its process is killed; null: for ever. */
  readonly killAfterMs: number | null;
}
