import { HubError, messageOf } from '../../errors.ts';
import type { JobProgress } from '../../store/job-store.ts';
import { isUnreachable } from '../patience.ts';
import type { HeartbeatNews, HeartbeatOrder } from './heartbeat-messages.ts';

/** A worker that shows no life for so long does not come back: no run takes as long. */
const LONGEST_RUN_MS = 10 * 60_000;

export interface PulseParts {
  /** One heartbeat. @throws HubError as the hub answers */
  send(jobId: string, progress: JobProgress | null): Promise<void>;
  say(news: HeartbeatNews): void;
  /** Ends the worker's process, whatever it does. */
  kill(reason: string): void;
  readonly killAfterMs: number | null;
  readonly nowMs: () => number;
}

interface HeldJob {
  readonly jobId: string;
  progress: JobProgress | null;
  isTold: boolean;
}

/** Beats for the job that a worker has, and notices when the worker has it no more and does not hear of it. */
export class Pulse {
  readonly #parts: PulseParts;
  #held: HeldJob | undefined;
  #heardMs: number;
  #killTimer: NodeJS.Timeout | undefined;
  #tail: Promise<void> = Promise.resolve();
  #isBeating = false;

  constructor(parts: PulseParts) {
    this.#parts = parts;
    this.#heardMs = parts.nowMs();
  }

  hear(order: HeartbeatOrder): void {
    this.#heardMs = this.#parts.nowMs();
    clearTimeout(this.#killTimer);
    if (order.kind === 'hold') this.#held = { jobId: order.jobId, progress: null, isTold: true };
    if (order.kind === 'release') this.#held = undefined;
    if (order.kind === 'tell') this.#queue(() => this.#tell());
    if (order.kind === 'progress' && this.#held) {
      this.#held.progress = order.progress;
      this.#held.isTold = false;
      if (order.isUrgent) this.#queue(() => this.#beat());
    }
  }

  /** Time for a heartbeat. */
  tick(): void {
    const isAlive = this.#parts.nowMs() - this.#heardMs < LONGEST_RUN_MS;
    if (isAlive && !this.#isBeating) this.#queue(() => this.#beat());
  }

  /** One thing after another: a heartbeat must not overtake the one before. */
  #queue(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work);
  }

  async #tell(): Promise<void> {
    if (this.#held && !this.#held.isTold) await this.#beat();
    this.#parts.say({ kind: 'told' });
  }

  /** Never rejects. */
  async #beat(): Promise<void> {
    const held = this.#held;
    if (!held) return;
    const { jobId, progress } = held;
    this.#isBeating = true;
    try {
      await this.#parts.send(jobId, progress);
      if (held.progress === progress) held.isTold = true;
    } catch (error) {
      // What is said of a job that ended meanwhile is of no interest.
      if (this.#held === held) this.#notDelivered(jobId, error);
    } finally {
      this.#isBeating = false;
    }
  }

  #notDelivered(jobId: string, error: unknown): void {
    const reason = messageOf(error);
    if (isUnreachable(error)) {
      this.#parts.say({ kind: 'undelivered', jobId, reason });
      return;
    }
    const code = error instanceof HubError ? error.code : 'INTERNAL';
    this.#held = undefined;
    this.#parts.say({ kind: 'lost', jobId, code, message: reason });
    const { killAfterMs } = this.#parts;
    if (killAfterMs !== null) this.#killTimer = setTimeout(() => this.#parts.kill(reason), killAfterMs);
  }
}
