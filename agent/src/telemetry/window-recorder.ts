import { type UnnumberedWindow, type Violation, WindowBuilder, type WindowSubject } from '@edgeloop/protocol';
import type { Inference } from '../inference/predictor.ts';
import type { Time } from '../time.ts';

/** Reads what this process has used so far. */
export interface ProcessMeter {
  rssBytes(): number;
  cpuSeconds(): number;
}

/** The meter of this process. */
export const processMeter: ProcessMeter = {
  rssBytes: () => process.memoryUsage.rss(),
  cpuSeconds: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
};

/** Sums up what a model saw and said, one window after another. */
export class WindowRecorder {
  readonly #builder: WindowBuilder;
  readonly #classes: readonly string[];
  readonly #time: Time;
  readonly #meter: ProcessMeter;
  #startMs: number;
  #cpuSeconds: number;

  /** @throws ProtocolUsageError INVALID_INPUT when the reference contradicts itself */
  constructor(subject: WindowSubject, time: Time, meter: ProcessMeter) {
    this.#builder = new WindowBuilder(subject);
    this.#classes = subject.classes;
    this.#time = time;
    this.#meter = meter;
    this.#startMs = time.nowMs();
    this.#cpuSeconds = meter.cpuSeconds();
  }

  /** Counts one reading and what became of it. */
  add({ reading, outcome, values, probabilities, latencyMs }: Inference): void {
    this.#builder.addReading(values);
    for (const violation of outcome.violations ?? []) this.#builder.addViolation(violation);
    if (outcome.prediction === undefined) {
      this.#builder.addError(outcome.failure.code);
      return;
    }
    const { classIndex, confidence } = outcome.prediction;
    // A number that is known is neither right nor wrong.
    const isLabelled = reading.label !== undefined && this.#classes.length > 0;
    const labelIndex = isLabelled ? this.#classes.indexOf(reading.label) : undefined;
    this.#builder.addPrediction({ classIndex, confidence, probabilities, latencyMs, labelIndex });
  }

  /** Counts something that went wrong outside a reading, such as a request that does not fit the signature. */
  addError(code: string, violation?: Violation): void {
    this.#builder.addError(code);
    if (violation !== undefined) this.#builder.addViolation(violation);
  }

  /** The window up to now; undefined when nothing happened in it. The next one begins here. */
  cut(): UnnumberedWindow | undefined {
    const startMs = this.#startMs;
    // A clock that was set back must not make a window that ends before it began.
    const endMs = Math.max(startMs, this.#time.nowMs());
    const cpuSeconds = this.#meter.cpuSeconds();
    const health = { rssBytesMax: this.#meter.rssBytes(), cpuSeconds: cpuSeconds - this.#cpuSeconds };
    this.#startMs = this.#time.nowMs();
    this.#cpuSeconds = cpuSeconds;
    return this.#builder.isEmpty ? undefined : this.#builder.close(startMs, endMs, health);
  }
}
