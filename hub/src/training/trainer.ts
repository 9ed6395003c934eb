import {
  applyState,
  buildTrainingGraph,
  float32,
  type Model,
  modelStats,
  type StateTensor,
  scalar,
  type Tensor,
  type TrainingGraph,
  tensor,
  writeModel,
} from '@edgeloop/onnx';
import { InternalError, OutsideError } from '../errors.ts';
import type { GraphEngine, GraphRunner } from '../graph-engine.ts';
import { Batches, type TrainingRows } from './batches.ts';
import type { SeededRandom } from './seeded-random.ts';
import { type ValidationFigures, validationFigures } from './validation-figures.ts';

export interface TrainerSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Epochs without a better validation loss before it stops. */
  readonly patience: number;
  /** Shape [classes]; undefined weighs all alike. */
  readonly classWeights?: Float32Array | undefined;
}

export interface EpochFigures extends ValidationFigures {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the batches, before each step. */
  readonly trainLoss: number;
}

export interface TrainerInput {
  /** Graph from `input` to `output`, logits. */
  readonly forward: Model;
  /** Initializers to train. @default those that training finds */
  readonly trainable?: readonly string[] | undefined;
  readonly input: string;
  readonly output: string;
  readonly train: TrainingRows;
  readonly validation: TrainingRows;
  readonly random: SeededRandom;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((figures: EpochFigures) => void) | undefined;
}

export interface Trained {
  /** Weights of the best epoch, by initializer. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly curve: readonly EpochFigures[];
  readonly bestEpoch: number;
  /** Training rows that went through the graph. */
  readonly samples: number;
  readonly seconds: number;
}

/** Multiplications of a forward pass from which sharing a step among threads was measured to pay. */
const SHARED_STEP_WORK = 100e6;
const MOST_THREADS = 4;

type State = Readonly<Record<string, Tensor>>;

/** Trains a graph: shuffled batches, Adam with a cosine schedule, early stopping with the best weights. */
export class Trainer {
  readonly #engine: GraphEngine;
  readonly #settings: TrainerSettings;
  readonly #nowMs: () => number;

  constructor(engine: GraphEngine, settings: TrainerSettings, nowMs: () => number) {
    this.#engine = engine;
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  /** @throws OutsideError JOB_FAILED when the loss is no number any more; the signal's reason when it is aborted */
  async train(input: TrainerInput): Promise<Trained> {
    const { weightDecay, classWeights } = this.#settings;
    const graph = buildTrainingGraph(input.forward, {
      loss: { kind: 'softmax-cross-entropy', output: input.output, ...(classWeights ? { classWeights } : {}) },
      optimizer: { kind: 'adamw', weightDecay },
      ...(input.trainable ? { trainable: input.trainable } : {}),
    });
    const step = await this.#engine.open(writeModel(graph.model), { threads: this.#threads(input.forward) });
    try {
      return await this.#run(input, graph, step);
    } finally {
      await step.close();
    }
  }

  /** Small steps are over before other threads have begun. */
  #threads(forward: Model): number {
    const work = modelStats(forward).multiplyAddsPerRow * this.#settings.batchSize;
    return work < SHARED_STEP_WORK ? 1 : Math.min(MOST_THREADS, this.#engine.cores);
  }

  async #run(input: TrainerInput, graph: TrainingGraph, step: GraphRunner): Promise<Trained> {
    const { epochs, batchSize, patience } = this.#settings;
    const batches = new Batches(input.train, batchSize, input.random);
    const startMs = this.#nowMs();
    const curve: EpochFigures[] = [];
    let state: State = firstState(graph);
    let best = { state, epoch: 0, loss: Number.POSITIVE_INFINITY };
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const passed = await this.#epoch({ input, graph, step, batches, state, epoch });
      state = passed.state;
      const figures = await this.#validate(input, graph, state);
      if (!Number.isFinite(figures.validationLoss)) throw diverged(figures.validationLoss, epoch);
      const entry = { epoch, trainLoss: passed.loss, ...figures };
      curve.push(entry);
      input.onEpoch?.(entry);
      if (figures.validationLoss < best.loss) best = { state, epoch, loss: figures.validationLoss };
      else if (epoch - best.epoch >= patience) break;
    }
    return {
      weights: weightsOf(graph, best.state),
      curve,
      bestEpoch: best.epoch,
      samples: curve.length * input.train.rows,
      seconds: (this.#nowMs() - startMs) / 1000,
    };
  }

  async #epoch(pass: {
    readonly input: TrainerInput;
    readonly graph: TrainingGraph;
    readonly step: GraphRunner;
    readonly batches: Batches;
    readonly state: State;
    readonly epoch: number;
  }): Promise<{ state: State; loss: number }> {
    const { input, graph, step, batches, epoch } = pass;
    const total = this.#settings.epochs * batches.count;
    let state = pass.state;
    let lossSum = 0;
    let done = (epoch - 1) * batches.count;
    for (const batch of batches.epoch()) {
      input.signal?.throwIfAborted();
      const rate = 0.5 * this.#settings.learningRate * (1 + Math.cos((Math.PI * done) / total));
      const outputs = await step.run({
        ...state,
        [input.input]: float32(batch.values, [batch.rows, ...input.train.dims]),
        [graph.labels]: tensor('int64', [batch.rows], batch.labels),
        [graph.learningRate]: scalar(rate),
      });
      const loss = Number(outputs[graph.loss]?.data[0]);
      if (!Number.isFinite(loss)) throw diverged(loss, epoch);
      lossSum += loss;
      done++;
      state = nextState(graph.state, outputs);
    }
    return { state, loss: lossSum / batches.count };
  }

  async #validate(input: TrainerInput, graph: TrainingGraph, state: State): Promise<ValidationFigures> {
    const { validation } = input;
    const model = writeModel(applyState(input.forward, weightsOf(graph, state)));
    const runner = await this.#engine.open(model);
    try {
      const outputs = await runner.run({
        [input.input]: float32(validation.values, [validation.rows, ...validation.dims]),
      });
      return validationFigures(outputs[input.output]?.data as Float32Array, validation.labels);
    } finally {
      await runner.close();
    }
  }
}

function firstState(graph: TrainingGraph): State {
  return Object.fromEntries(graph.state.map(({ input, initial, dims }) => [input, float32(initial, dims)]));
}

function nextState(state: readonly StateTensor[], outputs: State): State {
  const next: Record<string, Tensor> = {};
  for (const { input, output, name } of state) {
    const value = outputs[output];
    if (value === undefined) throw new InternalError(`training step: expected output ${output} for ${name}, got none`);
    next[input] = value;
  }
  return next;
}

/** The state tensors that are weights, by initializer. */
function weightsOf(graph: TrainingGraph, state: State): Map<string, Float32Array> {
  return new Map(graph.state.map(({ name, input }) => [name, state[input]?.data as Float32Array]));
}

function diverged(loss: number, epoch: number): OutsideError {
  const message = `the loss became ${loss} in epoch ${epoch}; a smaller learningRate may help`;
  return new OutsideError('JOB_FAILED', message, { details: { epoch } });
}
