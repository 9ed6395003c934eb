import { setImmediate } from 'node:timers/promises';
import {
  averageName,
  float32,
  type Model,
  type TrainedTensor,
  type TrainingOptions,
  trainedTensors,
} from '@edgeloop/onnx';
import { InternalError } from '../../../errors.ts';
import type { Tensors } from '../../../graph-engine.ts';
import type { Network, NetworkLayers } from '../../network/network.ts';
import type { DealtBatches } from '../../rows/batches.ts';
import { tf } from '../../tensorflow/tensorflow.ts';
import type { StateSlot, StepResult, TrainingStep } from '../../trainer/training-step.ts';
import { freezeNormalizations } from './frozen-normalization.ts';
import { LayersState, STEP_COUNTS } from './layers-state.ts';
import { type Loss, lossOf } from './losses/loss.ts';
import { optimizerOf } from './optimizers/optimizer.ts';
import { PartTensors } from './part-tensors.ts';
import { SeededDropout } from './seeded-dropout.ts';
import { WeightUpdate } from './weight-update.ts';

/** A network of layers, and what stands where in its prepared rows. */
export interface StepLayers extends Pick<Network, 'parts'> {
  readonly layers: NetworkLayers;
}

interface StepParts {
  readonly model: tf.LayersModel;
  readonly inputs: PartTensors;
  readonly loss: Loss;
  readonly state: LayersState;
  readonly update: WeightUpdate;
  readonly dropout: SeededDropout;
}

/** float32 counts whole numbers up to here. */
const MOST_STEPS = 2 ** 24;

/** Makes training steps with TensorFlow.js: the state stays on its backend, and is read when somebody asks. */
export class LayersStep implements TrainingStep {
  readonly slots: readonly StateSlot[];
  /** Several would save nothing: the state does not move between two steps. */
  readonly batchesPerRun = 1;
  readonly #parts: StepParts;
  #first: Tensors | undefined;
  /** The state that the variables hold. */
  #live: Tensors | undefined;

  private constructor(parts: StepParts, trained: readonly TrainedTensor[]) {
    this.#parts = parts;
    this.slots = parts.state.slots;
    this.#first = firstState(this.slots, trained);
  }

  /**
   * @param forward the layers as a graph, with the weights to begin with
   * @throws RequestError INVALID_INPUT for layers that TensorFlow.js cannot train
   */
  static async open(network: StepLayers, forward: Model, options: TrainingOptions): Promise<LayersStep> {
    const { layers, parts } = network;
    const trained = trainedTensors(forward, options);
    const optimizer = optimizerOf(options.optimizer);
    const model = await layers.make();
    const moved = layers.links.filter(({ initializer }) => trained.some(({ name }) => name === initializer));
    freezeNormalizations(model, new Set(moved.flatMap(({ weights }) => weights)));
    const hasAverages = options.averageDecay !== undefined;
    const state = new LayersState({ model, links: layers.links, trained, optimizer, hasAverages });
    const stepParts = {
      ...{ model, state, loss: lossOf(options.loss), update: new WeightUpdate(state, optimizer, options) },
      inputs: new PartTensors(parts, layers.inputs, model),
      dropout: new SeededDropout(model, options.seed ?? 0),
    };
    return new LayersStep(stepParts, trained);
  }

  takeFirstState(): Tensors {
    const first = this.#first;
    this.#first = undefined;
    if (first === undefined) throw new InternalError('training step: its first state was taken before');
    return first;
  }

  async run(state: Tensors, dealt: DealtBatches, [learningRate = 0]: readonly number[]): Promise<StepResult> {
    // The library computes on this thread: whoever waits for the event loop, such as heartbeats, gets a turn.
    await setImmediate();
    const held = this.#parts.state;
    if (state !== this.#live) held.write(state);
    const loss = this.#step(dealt, learningRate);
    const losses = await loss.data<'float32'>();
    loss.dispose();
    this.#live = held.snapshot();
    return { state: this.#live, losses };
  }

  async close(): Promise<void> {
    this.#parts.state.dispose();
    this.#parts.model.dispose();
  }

  /** The loss of the batch before the step. */
  #step(dealt: DealtBatches, learningRate: number): tf.Scalar {
    const { model, inputs, loss, update } = this.#parts;
    this.#beginDropout();
    return tf.tidy(() => {
      const rows = inputs.of(dealt.values, dealt.rows);
      const labels = labelsOf(dealt);
      const total = (): tf.Scalar => {
        const output = model.apply(rows.length === 1 ? (rows[0] as tf.Tensor) : rows, { training: true });
        return loss(output as tf.Tensor, labels) as tf.Scalar;
      };
      const { value, grads } = tf.variableGrads(total, update.variables);
      update.apply(grads, learningRate);
      return value;
    });
  }

  #beginDropout(): void {
    const count = this.#parts.state.counts[STEP_COUNTS.dropout];
    if (count === undefined) return;
    const [step = 0] = count;
    this.#parts.dropout.begin(step);
    count[0] = (step + 1) % MOST_STEPS;
  }
}

/** Classes [rows], numbers [rows, 1], or the rows themselves [rows, size]. */
function labelsOf({ labels, values, rows }: DealtBatches): tf.Tensor {
  if (labels === undefined) return tf.tensor2d(values, [rows, values.length / rows]);
  if (labels instanceof Float32Array) return tf.tensor2d(labels, [rows, 1]);
  return tf.tensor1d(Int32Array.from(labels, Number), 'int32');
}

/** Averages begin as the weights. */
function firstState(slots: readonly StateSlot[], trained: readonly TrainedTensor[]): Tensors {
  const weights = new Map(trained.map(({ name, initial }) => [averageName(name), initial]));
  const initial = new Map(trained.map(({ name, initial }) => [name, initial]));
  const valuesOf = ({ name, size }: StateSlot): Float32Array =>
    initial.get(name) ?? weights.get(name)?.slice() ?? new Float32Array(size);
  return Object.fromEntries(slots.map((slot) => [slot.name, float32(valuesOf(slot), slot.dims)]));
}
