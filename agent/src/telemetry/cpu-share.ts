import type { ProcessHealth } from '@edgeloop/protocol';
import type { Time } from '../time.ts';

/** What a process has used so far. */
export interface ProcessUse {
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
  readonly restarts: number;
}

/** Turns CPU time so far into the share of one core since the last look. */
export class CpuShare {
  readonly #time: Time;
  #lastMs: number | undefined;
  #lastSeconds = 0;
  #share = 0;

  constructor(time: Time) {
    this.#time = time;
  }

  /** The health of a process, with its share of a core since the last call at least `everyMs` ago. */
  look(use: ProcessUse, everyMs = 5_000): ProcessHealth {
    const nowMs = this.#time.monotonicMs();
    if (this.#lastMs === undefined || use.cpuSeconds < this.#lastSeconds) {
      this.#lastMs = nowMs;
      this.#lastSeconds = use.cpuSeconds;
      this.#share = use.uptimeSeconds > 0 ? use.cpuSeconds / use.uptimeSeconds : 0;
    } else if (nowMs - this.#lastMs >= everyMs) {
      this.#share = ((use.cpuSeconds - this.#lastSeconds) * 1_000) / (nowMs - this.#lastMs);
      this.#lastMs = nowMs;
      this.#lastSeconds = use.cpuSeconds;
    }
    return { ...use, cpuShare: this.#share };
  }
}
