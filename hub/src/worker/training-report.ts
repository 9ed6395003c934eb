import type { EpochFigures, JobMetricsUpdate, StepFigures } from '../store/job-metrics-store.ts';
import type { JobContext } from './job-context.ts';

/** Share of a training job's time that is training. */
const TRAINING_SHARE = 0.95;
/** The hub takes no longer one. */
const LONGEST_STAGE = 200;

/** Tells the hub how a training goes: its newest figures as progress, and all of them to keep. */
export class TrainingReport {
  readonly #context: Pick<JobContext, 'progress' | 'record'>;
  readonly #stepsInAll: number;
  #stage = 'training';
  #step: Partial<StepFigures> = {};
  #epoch: Partial<EpochFigures> = {};

  /** @param stepsInAll if no epoch is left out */
  constructor(context: Pick<JobContext, 'progress' | 'record'>, stepsInAll: number) {
    this.#context = context;
    this.#stepsInAll = stepsInAll;
  }

  /** Says it beside the stage. */
  note(text: string): void {
    this.#stage = `training, ${text}`.slice(0, LONGEST_STAGE);
  }

  add(update: JobMetricsUpdate): void {
    this.#context.record(update);
    this.#step = update.steps.at(-1) ?? this.#step;
    this.#epoch = update.epochs.at(-1) ?? this.#epoch;
    const done = this.#step.step ?? (update.from ? update.from.step - 1 : 0);
    const { epoch: _, ...epoch } = this.#epoch;
    this.#context.progress({
      share: (TRAINING_SHARE * done) / this.#stepsInAll,
      stage: this.#stage,
      figures: { ...epoch, ...this.#step },
    });
  }
}
