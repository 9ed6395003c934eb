import { float32, learningRateShare, scheduleAfter, type Tensor } from '@edgeloop/onnx';
import type { Tensors } from '../../graph-engine.ts';
import type { EpochFigures, JobMetricsUpdate } from '../../store/job-metrics-store.ts';
import type { Batches } from '../rows/batches.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { Validator } from '../validation/validator.ts';
import { CheckpointClock } from './checkpoint-clock.ts';
import { reachedValues } from './slot-values.ts';
import { StepSeries } from './step-series.ts';
import {
  type CheckpointKeeper,
  type TrainingIdentity,
  type TrainingState,
  toCheckpoint,
} from './training-checkpoint.ts';
import { notFinite } from './training-faults.ts';
import type { TrainingPlan } from './training-plan.ts';
import type { TrainingProgress } from './training-progress.ts';
import type { TrainingStep } from './training-step.ts';

/** What a training tells while it runs, and whom it obeys. */
export interface TrainingHooks {
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((figures: EpochFigures) => void) | undefined;
  readonly onMetrics?: ((update: JobMetricsUpdate) => void) | undefined;
  readonly checkpoints?: CheckpointKeeper | undefined;
  /** From where the training goes on, or why it begins again. */
  readonly onNote?: ((note: string) => void) | undefined;
}

export interface TrainingLoopParts {
  readonly plan: TrainingPlan;
  readonly step: TrainingStep;
  readonly validator: Validator;
  readonly batches: Batches;
  readonly identity: TrainingIdentity;
  readonly hooks: TrainingHooks;
  readonly nowMs: () => number;
}

export interface TrainingEnd {
  readonly best: ReadonlyMap<string, Tensor>;
  /** State behind the last step, by name. */
  readonly last: Tensors;
  readonly bestEpoch: number;
  readonly curve: readonly EpochFigures[];
  readonly seconds: number;
}

/** Goes from one state of a training to its end: epochs of batches, validation behind each, checkpoints in between. */
export class TrainingLoop {
  readonly #parts: TrainingLoopParts;
  readonly #series: StepSeries;
  readonly #clock: CheckpointClock;
  readonly #startMs: number;
  readonly #secondsBefore: number;
  #state: TrainingState;

  constructor(parts: TrainingLoopParts, from: TrainingState) {
    const { hooks, nowMs, plan } = parts;
    this.#parts = parts;
    this.#state = from;
    this.#startMs = nowMs();
    this.#secondsBefore = from.progress.seconds;
    this.#clock = new CheckpointClock(plan.checkpointSteps, this.#stepsDone, nowMs);
    const place = { step: this.#stepsDone + 1, epoch: from.progress.epoch };
    this.#series = new StepSeries({ report: hooks.onMetrics ?? (() => undefined), nowMs, from: place });
  }

  /** @throws OutsideError LOSS_NOT_FINITE; the signal's reason when it is aborted */
  async run(): Promise<TrainingEnd> {
    const { plan, hooks } = this.#parts;
    while (this.#state.progress.epoch <= plan.epochs) {
      const { epoch } = this.#state.progress;
      const random = await this.#epoch();
      const figures = await this.#validate();
      hooks.onEpoch?.(figures);
      this.#series.addEpoch(figures);
      const { best } = this.#state.progress;
      if (best !== null && epoch - best.epoch >= plan.patience) break;
      this.#move({ epoch: epoch + 1, batch: 0, lossSum: 0, random });
      if (epoch < plan.epochs && this.#clock.isDue(this.#stepsDone, true)) await this.#checkpoint();
    }
    const { progress, best, tensors: last } = this.#state;
    return { best, last, bestEpoch: progress.best?.epoch ?? 0, curve: progress.curve, seconds: this.#seconds() };
  }

  /** The rest of the epoch in progress; returns what the generator starts the next one from. */
  async #epoch(): Promise<number> {
    const { plan, batches, step, hooks } = this.#parts;
    const random = new SeededRandom(this.#state.progress.random);
    const order = plan.order(random);
    while (this.#state.progress.batch < batches.count) {
      hooks.signal?.throwIfAborted();
      const { batch, epoch, lossSum, schedule } = this.#state.progress;
      const dealt = batches.deal(order, batch, step.batchesPerRun);
      const first = this.#stepsDone;
      const rates = Array.from({ length: dealt.batches }, (_, at) => {
        return plan.learningRate * learningRateShare(plan.schedule, first + at, schedule);
      });
      const { state, losses } = await step.run(this.#state.tensors, dealt, rates);
      const sum = this.#sumOf(losses, rates, lossSum);
      this.#state = { ...this.#state, tensors: state };
      this.#move({ batch: batch + dealt.batches, lossSum: sum });
      const samples = dealt.batches * dealt.rows;
      this.#series.addSteps({ step: first + 1, epoch, losses, learningRates: rates, samples });
      const isEnd = this.#state.progress.batch === batches.count;
      if (!isEnd && this.#clock.isDue(this.#stepsDone, false)) await this.#checkpoint();
    }
    return random.state;
  }

  #sumOf(losses: ArrayLike<number>, rates: readonly number[], before: number): number {
    let sum = before;
    for (let at = 0; at < losses.length; at++) {
      const loss = Number(losses[at]);
      if (!Number.isFinite(loss)) throw notFinite('the loss', loss, this.#place(at + 1, rates[at]));
      sum += loss;
    }
    return sum;
  }

  /** Measures what the epoch has reached, and keeps it where it is the best so far. */
  async #validate(): Promise<EpochFigures> {
    const { validator, step, batches, plan, hooks } = this.#parts;
    const { progress, tensors } = this.#state;
    const { epoch, lossSum } = progress;
    const reached = reachedValues(step.slots, tensors);
    const measured = await validator.measure(reached, hooks.signal);
    const { validationLoss } = measured;
    if (!Number.isFinite(validationLoss)) throw notFinite('the validation loss', validationLoss, this.#place(0));
    const figures: EpochFigures = { epoch, trainLoss: lossSum / batches.count, ...measured };
    const isBest = progress.best === null || validationLoss < progress.best.loss;
    if (isBest) this.#state = { ...this.#state, best: copied(reached, this.#state.best) };
    this.#move({
      curve: [...progress.curve, figures],
      best: isBest ? { epoch, loss: validationLoss } : progress.best,
      schedule: scheduleAfter(plan.schedule, progress.schedule, validationLoss),
    });
    return figures;
  }

  async #checkpoint(): Promise<void> {
    const { hooks, identity, step } = this.#parts;
    const { checkpoints } = hooks;
    if (!checkpoints) return;
    this.#refuseBroken();
    this.#move({ seconds: this.#seconds() });
    const place = { epoch: this.#state.progress.epoch, step: this.#stepsDone };
    await this.#clock.take(this.#stepsDone, () => checkpoints.keep(toCheckpoint(identity, this.#state, step), place));
  }

  /** What is kept must be worth going on from, and the loss tells only one step later. */
  #refuseBroken(): void {
    for (const [name, { data }] of reachedValues(this.#parts.step.slots, this.#state.tensors)) {
      const values = data as Float32Array;
      for (let at = 0; at < values.length; at++) {
        const value = values[at] ?? 0;
        if (!Number.isFinite(value)) throw notFinite(`a value of ${name}`, value, this.#place(0));
      }
    }
  }

  get #stepsDone(): number {
    const { epoch, batch } = this.#state.progress;
    return (epoch - 1) * this.#parts.batches.count + batch;
  }

  /** The step so many behind the ones that are done. */
  #place(behind: number, learningRate?: number): Parameters<typeof notFinite>[2] {
    const { plan } = this.#parts;
    const step = this.#stepsDone + behind;
    const share = learningRateShare(plan.schedule, Math.max(0, step - 1), this.#state.progress.schedule);
    return { epoch: this.#state.progress.epoch, step, learningRate: learningRate ?? plan.learningRate * share };
  }

  #move(changes: Partial<TrainingProgress>): void {
    this.#state = { ...this.#state, progress: { ...this.#state.progress, ...changes } };
  }

  #seconds(): number {
    return this.#secondsBefore + (this.#parts.nowMs() - this.#startMs) / 1_000;
  }
}

/** Later steps are written over what training has reached, and it over what was kept before. */
function copied(reached: ReadonlyMap<string, Tensor>, before: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    [...reached].map(([name, { data, dims }]) => {
      const kept = before.get(name)?.data ?? new Float32Array(data.length);
      (kept as Float32Array).set(data as Float32Array);
      return [name, float32(kept as Float32Array, dims)];
    }),
  );
}
