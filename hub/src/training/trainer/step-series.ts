import type { EpochFigures, JobMetricsUpdate, StepFigures } from '../../store/job-metrics-store.ts';

/** Figures of steps that are told at most; of more steps, every second, every fourth and so on is. */
export const MOST_STEPS = 1_024;

export interface StepSeriesOptions {
  readonly report: (update: JobMetricsUpdate) => void;
  readonly nowMs: () => number;
  /** Where this attempt begins: what was told of these places and later ones counts no more. */
  readonly from: { readonly step: number; readonly epoch: number };
}

/** Steps of one run of the training graph. */
export interface StepsDone {
  /** The first of them, from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly losses: ArrayLike<number>;
  readonly learningRates: readonly number[];
  /** Rows that went through. */
  readonly samples: number;
}

/** Tells how training goes: thinned steps, and every epoch. Which steps are told follows from their number alone. */
export class StepSeries {
  readonly #options: StepSeriesOptions;
  #lastMs: number;
  #samples = 0;

  constructor(options: StepSeriesOptions) {
    this.#options = options;
    this.#lastMs = options.nowMs();
    options.report({ from: options.from, stride: 1, steps: [], epochs: [] });
  }

  /** The last of the figures that were told. */
  addSteps({ step, epoch, losses, learningRates, samples }: StepsDone): StepFigures | undefined {
    this.#samples += samples;
    const last = step + losses.length - 1;
    const stride = strideOf(last);
    if (last - (last % stride) < step) return undefined;
    const told = Array.from(losses, (_, at) => at).filter((at) => (step + at) % stride === 0);
    const samplesPerSecond = this.#rate();
    const steps = told.map((at): StepFigures => {
      const [loss = 0, learningRate = 0] = [losses[at], learningRates[at]];
      return { step: step + at, epoch, loss, learningRate, samplesPerSecond };
    });
    this.#options.report({ stride, steps, epochs: [] });
    return steps.at(-1);
  }

  addEpoch(figures: EpochFigures): void {
    this.#options.report({ stride: 1, steps: [], epochs: [figures] });
  }

  /** Rows per second since it was asked before. */
  #rate(): number {
    const nowMs = this.#options.nowMs();
    const seconds = (nowMs - this.#lastMs) / 1_000;
    const rate = seconds > 0 ? this.#samples / seconds : 0;
    this.#lastMs = nowMs;
    this.#samples = 0;
    return rate;
  }
}

function strideOf(step: number): number {
  let stride = 1;
  while (step / stride > MOST_STEPS) stride *= 2;
  return stride;
}
