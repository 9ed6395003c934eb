import { type Model, modelStats } from '@edgeloop/onnx';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import { readCheckpoint } from '../../store/checkpoint-codec.ts';
import type { EpochFigures } from '../../store/job-metrics-store.ts';
import { OrtTrainingEngine } from '../engines/ort/ort-training-engine.ts';
import { Batches, type RowChange, rowSize, type TrainingRows } from '../rows/batches.ts';
import { ImageShifts } from '../rows/image-shifts.ts';
import { Validator } from '../validation/validator.ts';
import { finishedWeights } from './finished-weights.ts';
import { networkDigest } from './network-digest.ts';
import { runShape } from './run-shape.ts';
import { landingOf, type TrainingIdentity, type TrainingState } from './training-checkpoint.ts';
import { withinMemory } from './training-faults.ts';
import { type TrainingHooks, TrainingLoop } from './training-loop.ts';
import type { TrainingPlan } from './training-plan.ts';
import { firstProgress } from './training-progress.ts';
import type { TrainingEngine, TrainingStep } from './training-step.ts';

export interface TrainerInput {
  /** Graph from `input` to `output`. Used up: what training reaches is written over its initializers. */
  readonly forward: Model;
  /** Initializers to train. @default those that training finds */
  readonly trainable?: readonly string[] | undefined;
  readonly input: string;
  readonly output: string;
  readonly train: TrainingRows;
  readonly validation: TrainingRows;
  /** What computes the steps. @default the graph, by the engine that validates it */
  readonly steps?: TrainingEngine | undefined;
  /** Changes rows while they are dealt. @default as the plan shifts images */
  readonly change?: RowChange | undefined;
  /** State of the random generator that deals the rows. */
  readonly random: number;
  /** What makes this training what it is, beside its network. */
  readonly identity: TrainingIdentity;
  readonly hooks: TrainingHooks;
}

export interface Trained {
  /** Values of the trained initializers in the best epoch. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly curve: readonly EpochFigures[];
  readonly bestEpoch: number;
  /** Training rows that went through the graph. */
  readonly samples: number;
  readonly seconds: number;
  /** What a reader of the training should know: from where it went on, or why it began again. */
  readonly notes: readonly string[];
}

/** Multiplications of a forward pass from which sharing a step among threads was measured to pay. */
const SHARED_STEP_WORK = 100e6;
const MOST_THREADS = 4;

/** Trains a graph by a plan, from the beginning or from where an earlier attempt was. */
export class Trainer {
  readonly #engine: GraphEngine;
  readonly #plan: TrainingPlan;
  readonly #nowMs: () => number;

  constructor(engine: GraphEngine, plan: TrainingPlan, nowMs: () => number) {
    this.#engine = engine;
    this.#plan = plan;
    this.#nowMs = nowMs;
  }

  /**
   * @throws OutsideError LOSS_NOT_FINITE, OUT_OF_MEMORY; CHECKPOINT_BROKEN when a part of one lies over the first
   *   weights by now; the signal's reason when it is aborted
   */
  async train(input: TrainerInput): Promise<Trained> {
    const { forward, trainable, train, steps = new OrtTrainingEngine(this.#engine) } = input;
    const { batchSize } = this.#plan;
    const { multiplyAddsPerRow, parameterCount } = modelStats(forward);
    const work = multiplyAddsPerRow * batchSize;
    const values = batchSize * rowSize(train.dims);
    // Small steps are over before other threads have begun.
    const threads = work < SHARED_STEP_WORK ? 1 : Math.min(MOST_THREADS, this.#engine.cores);
    return withinMemory(batchSize, async () => {
      const step = await steps.open(forward, {
        ...this.#plan.graphOptions(input.output),
        ...(trainable ? { trainable } : {}),
        ...{ input: input.input, dims: train.dims, threads, batchRows: Math.min(batchSize, train.rows) },
        ...(this.#plan.runShape ?? runShape(work, values, parameterCount)),
      });
      try {
        return await this.#validated(input, step, threads);
      } finally {
        await step.close();
      }
    });
  }

  async #validated(input: TrainerInput, step: TrainingStep, threads: number): Promise<Trained> {
    const { forward, output, validation } = input;
    const { batchSize, tally } = this.#plan;
    const trained = trainedNames(forward, step);
    const validator = await Validator.open(this.#engine, {
      ...{ forward, input: input.input, output, trained, rows: validation, tally },
      ...{ batchSize, threads },
    });
    try {
      return await this.#loop(input, step, validator);
    } finally {
      await validator.close();
    }
  }

  async #loop(input: TrainerInput, step: TrainingStep, validator: Validator): Promise<Trained> {
    const { train, hooks } = input;
    const plan = this.#plan;
    const identity = { ...input.identity, network: networkDigest(input.forward, trainedNames(input.forward, step)) };
    const batches = new Batches(train, plan.batchSize, step.batchesPerRun, input.change ?? rowChange(plan, train));
    const notes: string[] = [];
    const from = await this.#start(input, step, identity, (note) => notes.push(note));
    for (const note of notes) hooks.onNote?.(note);
    const parts = { plan, step, validator, batches, identity, hooks, nowMs: this.#nowMs };
    const end = await new TrainingLoop(parts, from).run();
    const { bestEpoch, curve, seconds } = end;
    const weights = finishedWeights(input.forward, end);
    return { weights, curve, bestEpoch, seconds, samples: curve.length * train.rows, notes };
  }

  /** What an earlier attempt has reached, where this training can go on from it. */
  async #start(
    { random, hooks }: TrainerInput,
    step: TrainingStep,
    identity: TrainingIdentity,
    note: (text: string) => void,
  ): Promise<TrainingState> {
    const first = { progress: firstProgress(random), tensors: step.takeFirstState(), best: new Map() };
    let isOverwritten = false;
    const found = await hooks.checkpoints?.load((parts) =>
      readCheckpoint(parts, (head) => {
        const landing = landingOf(head, identity, step, first.tensors);
        isOverwritten ||= typeof landing !== 'string';
        return landing;
      }),
    );
    if (found === undefined) return first;
    if (typeof found === 'string') {
      if (isOverwritten) throw new OutsideError('CHECKPOINT_BROKEN', found);
      note(`began again instead of going on from the checkpoint: ${found}`);
      return first;
    }
    const { epoch, batch } = found.state.progress;
    note(`went on from a checkpoint in epoch ${epoch}, after ${batch} batches`);
    return found.state;
  }
}

/** Initializers that training changes: weights, then statistics, in the order of the graph. */
function trainedNames({ graph }: Model, { slots }: TrainingStep): string[] {
  const kinds = new Map(slots.map(({ name, kind }) => [name, kind]));
  const names = graph.initializer.map(({ name }) => name ?? '');
  return (['weight', 'statistic'] as const).flatMap((kind) => names.filter((name) => kinds.get(name) === kind));
}

function rowChange({ shiftPixels }: TrainingPlan, { dims }: TrainingRows): RowChange | undefined {
  return shiftPixels === 0 ? undefined : new ImageShifts(dims, shiftPixels);
}
