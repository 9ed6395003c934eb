import type { Cancel, Time } from '../time.ts';

/** When reports are made, in milliseconds. */
export interface ReporterPace {
  /** Changes within this time go into one report. */
  readonly debounceMs: number;
  /** A report is made at least this often. */
  readonly everyMs: number;
}

export const DEFAULT_REPORTER_PACE: ReporterPace = { debounceMs: 200, everyMs: 10_000 };

/** Decides when the state is reported: soon after a change, and every now and then. */
export class Reporter {
  readonly #report: () => void;
  readonly #time: Time;
  readonly #pace: ReporterPace;
  #cancelSoon: Cancel | undefined;
  #cancelRegular: Cancel | undefined;
  #isRunning = false;

  constructor(report: () => void, time: Time, pace: ReporterPace = DEFAULT_REPORTER_PACE) {
    this.#report = report;
    this.#time = time;
    this.#pace = pace;
  }

  /** Reports at once and keeps reporting. */
  start(): void {
    this.#isRunning = true;
    this.#now();
  }

  /** Something changed. */
  changed(): void {
    if (!this.#isRunning || this.#cancelSoon !== undefined) return;
    this.#cancelSoon = this.#time.after(this.#pace.debounceMs, () => this.#now());
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelSoon?.();
    this.#cancelRegular?.();
    this.#cancelSoon = undefined;
  }

  #now(): void {
    this.#cancelSoon?.();
    this.#cancelSoon = undefined;
    this.#cancelRegular?.();
    this.#report();
    this.#cancelRegular = this.#time.after(this.#pace.everyMs, () => this.#now());
  }
}
