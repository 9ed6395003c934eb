import type { EpochFigures, JobMetricsUpdate, StepFigures } from '../store/job-metrics-store.ts';

/** The hub takes no longer documents; ten thousand epochs may wait after a long time without it. */
const MOST_AT_ONCE = 2_000;

/** Figures that the hub has not been told yet. However long it is away, there are never many steps: they are thinned. */
export class MetricsOutbox {
  #from: JobMetricsUpdate['from'];
  #stride = 1;
  #steps: StepFigures[] = [];
  #epochs: EpochFigures[] = [];
  #tail: Promise<void> = Promise.resolve();

  get isEmpty(): boolean {
    return this.#from === undefined && this.#steps.length === 0 && this.#epochs.length === 0;
  }

  add({ from, stride, steps, epochs }: JobMetricsUpdate): void {
    if (from) this.#from = from;
    this.#steps.push(...steps);
    this.#epochs.push(...epochs);
    if (stride <= this.#stride) return;
    this.#stride = stride;
    this.#steps = this.#steps.filter(({ step }) => step % stride === 0);
  }

  /** Sends what waits; what does not arrive waits on. Two that send at once would overtake each other: they take turns. */
  send(deliver: (update: JobMetricsUpdate) => Promise<void>): Promise<void> {
    const sent = this.#tail.catch(() => undefined).then(() => this.#send(deliver));
    this.#tail = sent;
    return sent;
  }

  async #send(deliver: (update: JobMetricsUpdate) => Promise<void>): Promise<void> {
    while (!this.isEmpty) {
      const steps = this.#steps.slice(0, MOST_AT_ONCE);
      const epochs = this.#epochs.slice(0, MOST_AT_ONCE);
      const from = this.#from;
      await deliver({ ...(from ? { from } : {}), stride: this.#stride, steps, epochs });
      if (this.#from === from) this.#from = undefined;
      this.#steps = without(this.#steps, steps);
      this.#epochs = without(this.#epochs, epochs);
    }
  }
}

/** More may have come, and steps may have been thinned, while some were sent. */
function without<T>(all: readonly T[], sent: readonly T[]): T[] {
  const gone = new Set(sent);
  return all.filter((entry) => !gone.has(entry));
}
