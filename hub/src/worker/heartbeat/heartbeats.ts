import { Worker as Thread } from 'node:worker_threads';
import { type HubError, InternalError, RequestError } from '../../errors.ts';
import type { JobProgress } from '../../store/job-store.ts';
import type { HeartbeatNews, HeartbeatOrder, HeartbeatSettings } from './heartbeat-messages.ts';

/** Well within the hub's lease of 30 s, so that a few lost heartbeats do no harm. */
export const HEARTBEAT_MS = 5_000;
/** How often the worker shows that its event loop turns. */
const ALIVE_MS = 1_000;
const KILL_AFTER_MS = 3_000;

export interface HeartbeatsOptions {
  readonly url: string;
  readonly token: string;
  readonly worker: string;
  /**
   * Somebody starts another process when this one ends: it may be killed in the middle of a run that is for nothing.
   */
  readonly isRestarted: boolean;
  /** @default HEARTBEAT_MS */
  readonly periodMs?: number | undefined;
}

/** What happens to the lease of a job. */
export interface LeaseEvents {
  /** It is not this worker's any more. */
  onLost(error: HubError): void;
  /** A heartbeat did not reach the hub. */
  onUndelivered(reason: string): void;
}

/**
 * Beats for one job at a time, from a thread of its own: while ONNX Runtime runs a graph nothing else runs here, and
 * that may take longer than a lease.
 */
export class Heartbeats {
  readonly #settings: HeartbeatSettings;
  #thread: Thread | undefined;
  #held: { readonly jobId: string; readonly events: LeaseEvents } | undefined;
  #alive: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor({ isRestarted, periodMs = HEARTBEAT_MS, ...hub }: HeartbeatsOptions) {
    this.#settings = { ...hub, periodMs, killAfterMs: isRestarted ? KILL_AFTER_MS : null };
  }

  /** Keeps the lease of a job that this worker has just got. */
  hold(jobId: string, events: LeaseEvents): void {
    this.#held = { jobId, events };
    this.#thread ??= this.#start();
    this.#order({ kind: 'hold', jobId });
    this.#alive ??= setInterval(() => this.#order({ kind: 'alive' }), ALIVE_MS).unref();
  }

  /** Tells it with the next heartbeat; at once where it is urgent. */
  progress(progress: JobProgress, isUrgent: boolean): void {
    this.#order({ kind: 'progress', progress, isUrgent });
  }

  /** Ends when the hub has been told the newest progress, or cannot be. */
  async tell(): Promise<void> {
    if (this.#thread === undefined) return;
    const told = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#order({ kind: 'tell' });
    await told;
  }

  release(): void {
    this.#held = undefined;
    clearInterval(this.#alive);
    this.#alive = undefined;
    this.#order({ kind: 'release' });
  }

  async stop(): Promise<void> {
    this.release();
    await this.#thread?.terminate();
  }

  #start(): Thread {
    const thread = startThread(this.#settings);
    thread.unref();
    thread.on('message', (news: HeartbeatNews) => this.#hear(news));
    thread.once('error', (cause) => {
      this.#held?.events.onLost(new InternalError('the thread that beats has ended', { cause }));
    });
    thread.once('exit', () => {
      this.#thread = undefined;
      this.#endWaiting();
    });
    return thread;
  }

  #order(order: HeartbeatOrder): void {
    this.#thread?.postMessage(order);
  }

  #hear(news: HeartbeatNews): void {
    // Heard is heard: a worker that answers is not killed.
    this.#order({ kind: 'alive' });
    if (news.kind === 'told') this.#endWaiting();
    else if (news.jobId !== this.#held?.jobId) return;
    else if (news.kind === 'lost') this.#held.events.onLost(new RequestError(news.code, news.message));
    else this.#held.events.onUndelivered(news.reason);
  }

  #endWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The program beside this file, compiled or not as it is. */
function startThread(workerData: HeartbeatSettings): Thread {
  const isSource = import.meta.url.endsWith('.ts');
  const program = new URL(`heartbeat-thread.${isSource ? 'ts' : 'js'}`, import.meta.url);
  if (!isSource) return new Thread(program, { workerData });
  // Threads do not inherit what lets Node read TypeScript.
  const tsx = import.meta.resolve('tsx/esm/api');
  const start = `import('${tsx}').then((tsx) => { tsx.register(); return import('${program.href}'); });`;
  return new Thread(start, { workerData, eval: true });
}
