/** Training is at most this long from its last checkpoint, unless checkpoints cost too much. */
const LONGEST_GAP_MS = 15_000;
/** At the end of an epoch a checkpoint is taken sooner. */
const LEAST_GAP_MS = 2_000;
/** A checkpoint may take one part in so many of the time. */
const COST_SHARE = 50;

/** Says when the next checkpoint is due. */
export class CheckpointClock {
  readonly #everySteps: number | undefined;
  readonly #nowMs: () => number;
  #lastStep: number;
  #lastMs: number;
  #tookMs = 0;

  /**
   * @param everySteps undefined goes by time: every 15 s, and at the end of an epoch after 2 s, but never so often that
   *   it takes more than 2 % of the time
   */
  constructor(everySteps: number | undefined, step: number, nowMs: () => number) {
    this.#everySteps = everySteps;
    this.#nowMs = nowMs;
    this.#lastStep = step;
    this.#lastMs = nowMs();
  }

  /** @param step done so far, over all epochs */
  isDue(step: number, isEpochEnd: boolean): boolean {
    if (this.#everySteps !== undefined) return step - this.#lastStep >= this.#everySteps;
    const gapMs = this.#nowMs() - this.#lastMs;
    return gapMs >= Math.max(isEpochEnd ? LEAST_GAP_MS : LONGEST_GAP_MS, COST_SHARE * this.#tookMs);
  }

  /** Does the work of taking one. */
  async take(step: number, work: () => Promise<void>): Promise<void> {
    const startMs = this.#nowMs();
    await work();
    this.#lastMs = this.#nowMs();
    this.#lastStep = step;
    this.#tookMs = this.#lastMs - startMs;
  }
}
