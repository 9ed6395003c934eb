import type { Inference, Predictor } from '../inference/predictor.ts';
import type { Outcome, Reading } from '../reading.ts';
import type { Sink } from '../sink/sink.ts';
import type { Intake, Source } from '../source/source.ts';
import type { OpenSample } from '../store/sample-outbox.ts';
import type { Sampler } from '../telemetry/sampler.ts';
import type { WindowRecorder } from '../telemetry/window-recorder.ts';
import type { Cancel, Time } from '../time.ts';
import type { WindowDelivery } from './runner-messages.ts';

/** The stages between a sensor and its telemetry. */
export interface PipelineParts {
  readonly sources: readonly Source[];
  readonly predictor: Predictor;
  readonly sinks: readonly Sink[];
  readonly recorder: WindowRecorder;
  readonly sampler: Sampler;
  readonly time: Time;
  deliver(delivery: WindowDelivery): void;
  onProblem(code: string, message: string): void;
}

interface Waiting {
  readonly source: number;
  readonly reading: Reading;
  readonly settle: (outcome: Outcome) => void;
}

// Whatever waited while the last batch ran goes into the next one, up to this many.
const MOST_IN_BATCH = 256;
const MOST_WAITING = 1_024;
// A window is cut early rather than let the samples of a busy hour pile up in memory.
const MOST_SAMPLES_HELD = 256;

/**
 * The path of a reading on one page: source -> model -> sinks, and into the window.
 *
 * Readings are worked on in the order they came. A window is cut between two batches, together with how far each
 * source was read, so that whoever continues from there counts no reading twice and misses none.
 */
export class RunnerPipeline {
  readonly #parts: PipelineParts;
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #positions: Record<number, unknown> = {};
  #samples: OpenSample[] = [];
  #windowMs: number;
  #cancelCut: Cancel | undefined;

  constructor(parts: PipelineParts, windowMs: number) {
    this.#parts = parts;
    this.#windowMs = windowMs;
  }

  /** Opens the sinks, so that readings may come. */
  async open(): Promise<void> {
    for (const sink of this.#parts.sinks) await sink.start();
    this.#planCut();
  }

  /** Begins to read source `index`. */
  async read(index: number, position: unknown): Promise<void> {
    await this.#parts.sources[index]?.start(this.#intake(index), position);
  }

  /** Stops reading source `index`; when it resolves, all its readings are in a delivered window. */
  async leave(index: number, graceMs: number): Promise<void> {
    await this.#parts.sources[index]?.stop(graceMs);
    await this.#working;
    this.cut();
  }

  /** Ends the sinks. The sources must have been left before. */
  async close(): Promise<void> {
    this.#cancelCut?.();
    await this.#working;
    this.cut();
    for (const sink of this.#parts.sinks) await sink.stop();
  }

  /** Length of the windows from the next one on, in milliseconds. */
  useWindowMs(windowMs: number): void {
    if (windowMs === this.#windowMs) return;
    this.#windowMs = windowMs;
    this.#planCut();
  }

  /** Ends the window here and delivers it with everything that belongs to it. */
  cut(): void {
    const window = this.#parts.recorder.cut();
    const delivery: WindowDelivery = { kind: 'window', window, samples: this.#samples, positions: this.#positions };
    const isEmpty = window === undefined && this.#samples.length === 0 && Object.keys(this.#positions).length === 0;
    this.#samples = [];
    this.#positions = {};
    if (!isEmpty) this.#parts.deliver(delivery);
  }

  #intake(source: number): Intake {
    const waiting = this.#waiting;
    return {
      get room() {
        return MOST_WAITING - waiting.length;
      },
      take: (reading) => this.#take(source, reading),
      fault: (code, message, violation) => {
        this.#parts.recorder.addError(code, violation);
        this.#parts.onProblem(code, message);
      },
    };
  }

  #take(source: number, reading: Reading): Promise<Outcome> {
    return new Promise((settle) => {
      this.#waiting.push({ source, reading, settle });
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    // Lets everything that arrived in the same moment into the first batch.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_IN_BATCH);
      const inferences = await this.#parts.predictor.predict(batch.map((item) => item.reading));
      for (const [index, item] of batch.entries()) {
        const inference = inferences[index];
        if (inference !== undefined) this.#finish(item, inference);
      }
      this.#handOn(inferences);
      if (this.#samples.length >= MOST_SAMPLES_HELD) this.cut();
    }
    this.#working = undefined;
  }

  #finish(item: Waiting, inference: Inference): void {
    this.#parts.recorder.add(inference);
    const sample = this.#parts.sampler.pick(inference);
    if (sample !== undefined) this.#samples.push(sample);
    if (item.reading.position !== undefined) this.#positions[item.source] = item.reading.position;
    if (inference.outcome.failure !== undefined) {
      this.#parts.onProblem(inference.outcome.failure.code, inference.outcome.failure.message);
    }
    item.settle(inference.outcome);
  }

  #handOn(inferences: readonly Inference[]): void {
    const records = inferences.flatMap(({ outcome, values, reading }) =>
      outcome.prediction === undefined ? [] : [{ prediction: outcome.prediction, values, label: reading.label }],
    );
    if (records.length === 0) return;
    for (const sink of this.#parts.sinks) sink.write(records);
  }

  #planCut(): void {
    this.#cancelCut?.();
    this.#cancelCut = this.#parts.time.after(this.#windowMs, () => {
      this.cut();
      this.#planCut();
    });
  }
}
