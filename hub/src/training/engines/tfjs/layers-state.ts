import { averageName, float32, type StateKind, type Tensor, type TrainedTensor } from '@edgeloop/onnx';
import { InternalError } from '../../../errors.ts';
import type { Tensors } from '../../../graph-engine.ts';
import type { NetworkLayers } from '../../network/network.ts';
import type { tf } from '../../tensorflow/tensorflow.ts';
import type { StateSlot } from '../../trainer/training-step.ts';
import { HeldCount, type HeldTensor, HeldVariables } from './held-tensor.ts';
import type { Optimizer } from './optimizers/optimizer.ts';

/** A trained weight with all that goes along with it. */
export interface HeldWeight {
  readonly weight: HeldVariables;
  /** What the optimizer keeps of it, in the optimizer's order. */
  readonly kept: readonly HeldVariables[];
  readonly average: HeldVariables | undefined;
}

export interface LayersStateOptions {
  readonly model: tf.LayersModel;
  readonly links: NetworkLayers['links'];
  /** Weights, statistics and counts, as training changes them. */
  readonly trained: readonly TrainedTensor[];
  readonly optimizer: Pick<Optimizer, 'keeps' | 'counts'>;
  readonly hasAverages: boolean;
}

/** State that counts steps. */
export const STEP_COUNTS = { dropout: 'dropout_step', average: 'average_count' } as const;

const KINDS: readonly StateKind[] = ['weight', 'statistic', 'optimizer', 'average'];

/** The state of a training where it lies between two steps: on the backend, in the variables of the layers. */
export class LayersState {
  readonly weights: readonly HeldWeight[];
  /** Counts and corrections, by name; to be written over. */
  readonly counts: Readonly<Record<string, Float32Array>>;
  readonly #held: readonly HeldTensor[];

  constructor({ model, links, trained, optimizer, hasAverages }: LayersStateOptions) {
    const layers = new LinkedVariables(model, links);
    const held = (tensor: TrainedTensor): HeldVariables => layers.held(slotOf(tensor));
    const statistics = trained.filter(({ kind }) => kind === 'statistic').map(held);
    this.weights = trained
      .filter(({ kind }) => kind === 'weight')
      .map((tensor) => {
        const weight = held(tensor);
        const { name } = tensor;
        return {
          weight,
          kept: optimizer.keeps.map((kind) => weight.beside({ name: `${kind}/${name}`, kind: 'optimizer' })),
          average: hasAverages ? weight.beside({ name: averageName(name), kind: 'average' }) : undefined,
        };
      });
    const counts = [
      ...Object.entries(optimizer.counts).map(([name, size]) => count(name, 'optimizer', [size])),
      ...trained.filter(({ kind }) => kind === 'optimizer').map(({ name, kind, dims }) => count(name, kind, dims)),
      ...(hasAverages ? [count(STEP_COUNTS.average, 'average', [])] : []),
    ];
    this.counts = Object.fromEntries(counts.map(({ slot, values }) => [slot.name, values]));
    const ofWeights = this.weights.flatMap(({ weight, kept, average }) => [
      weight,
      ...kept,
      ...(average ? [average] : []),
    ]);
    this.#held = inOrder([...ofWeights, ...statistics, ...counts]);
  }

  get slots(): StateSlot[] {
    return this.#held.map(({ slot }) => slot);
  }

  /** The state as it is, by name. A tensor is read when it is first asked for, which has to be before the next step. */
  snapshot(): Tensors {
    return Object.fromEntries(this.#held.map((held) => [held.slot.name, readWhenAsked(held)]));
  }

  /** Takes over values, by name. */
  write(state: Tensors): void {
    for (const held of this.#held) {
      const { name, size } = held.slot;
      const data = state[name]?.data;
      if (data instanceof Float32Array && data.length === size) held.write(data);
      else throw new InternalError(`state of a training: expected ${size} float32 values of ${name}`);
    }
  }

  dispose(): void {
    for (const held of this.#held) held.dispose();
  }
}

/** The variables of a model, by what they are in the forward graph. */
class LinkedVariables {
  readonly #links: ReadonlyMap<string, NetworkLayers['links'][number]>;
  readonly #variables: ReadonlyMap<string, tf.Variable>;

  constructor(model: tf.LayersModel, links: NetworkLayers['links']) {
    this.#links = new Map(links.map((link) => [link.initializer, link]));
    this.#variables = new Map(
      model.weights.map((weight) => [weight.originalName, weight.read() as unknown as tf.Variable]),
    );
  }

  held(slot: StateSlot): HeldVariables {
    const link = this.#links.get(slot.name);
    if (link === undefined) throw new InternalError(`Initializer ${slot.name} must be a weight of a layer`);
    const variables = link.weights.map((name) => {
      const variable = this.#variables.get(name);
      if (variable === undefined) throw new InternalError(`Layers must have a weight ${name}, got none`);
      return variable;
    });
    return HeldVariables.ofLayers(slot, link, variables);
  }
}

function slotOf({ name, kind, dims, initial }: TrainedTensor): StateSlot {
  return { name, kind, dims, size: initial.length };
}

function count(name: string, kind: StateKind, dims: readonly number[]): HeldCount {
  return new HeldCount({ name, kind, dims });
}

function inOrder(held: readonly HeldTensor[]): HeldTensor[] {
  return KINDS.flatMap((kind) => held.filter(({ slot }) => slot.kind === kind));
}

/** Most steps are followed by another one, and nobody looks at what they have reached. */
function readWhenAsked(held: HeldTensor): Tensor {
  let tensor: Tensor | undefined;
  return {
    type: 'float32',
    dims: held.slot.dims,
    get data() {
      tensor ??= float32(held.read(), held.slot.dims);
      return tensor.data as Float32Array<ArrayBuffer>;
    },
  };
}
