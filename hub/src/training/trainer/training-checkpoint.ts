import { float32, type Tensor } from '@edgeloop/onnx';
import { z } from 'zod';
import type { Tensors } from '../../graph-engine.ts';
import type { Checkpoint, CheckpointHead, CheckpointLanding, CheckpointTensor } from '../../store/checkpoint-codec.ts';
import { reachedValues } from './slot-values.ts';
import { type TrainingProgress, TrainingProgressSchema } from './training-progress.ts';
import type { TrainingStep } from './training-step.ts';

/** What makes a training what it is, by what people call it: recipe, seed, data, ... Values are digests or the like. */
export type TrainingIdentity = Readonly<Record<string, string>>;

/** Where a training keeps what it has reached. */
export interface CheckpointKeeper {
  /**
   * Has what an earlier attempt has kept read, and gives what that came to. Undefined when there is nothing, and words
   * for why it cannot be had.
   *
   * @param read gets the bytes in parts; once more from the first one where they did not all come
   */
  load<T>(read: (parts: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T | string | undefined>;
  /** Keeps a checkpoint in place of the one before; what cannot be kept now is left out, for training must go on. */
  keep(checkpoint: Omit<Checkpoint, 'jobId'>, place: { readonly epoch: number; readonly step: number }): Promise<void>;
}

/** All of a training between two steps. */
export interface TrainingState {
  readonly progress: TrainingProgress;
  /** By name. */
  readonly tensors: Tensors;
  /** Values of the trained initializers in the best epoch; empty before the first. */
  readonly best: ReadonlyMap<string, Tensor>;
}

const STATE = 'state/';
const BEST = 'best/';

const KeptSchema = z.object({ identity: z.record(z.string(), z.string()), progress: TrainingProgressSchema });

export function toCheckpoint(
  identity: TrainingIdentity,
  { progress, tensors, best }: TrainingState,
  step: TrainingStep,
): Omit<Checkpoint, 'jobId'> {
  const valuesOf = (tensor: Tensor | undefined): Float32Array => tensor?.data as Float32Array;
  const state: CheckpointTensor[] = step.slots.map(({ name }) => {
    return { name: STATE + name, values: valuesOf(tensors[name]) };
  });
  const kept = [...best].map(([name, tensor]) => ({ name: BEST + name, values: valuesOf(tensor) }));
  return { progress: { identity, progress }, tensors: [...state, ...kept] };
}

/** A state whose values are still to be read. */
export interface TrainingLanding extends CheckpointLanding {
  readonly state: TrainingState;
}

/**
 * The state that a checkpoint holds, or why this training cannot go on from it.
 *
 * @param tensors where the values of its state go: what the first step would start from, by name
 */
export function landingOf(
  { progress: said, tensors: entries }: Omit<CheckpointHead, 'jobId'>,
  identity: TrainingIdentity,
  step: TrainingStep,
  tensors: Tensors,
): TrainingLanding | string {
  const parsed = KeptSchema.safeParse(said);
  if (!parsed.success) return 'it is of another version of the hub';
  const { progress, identity: other } = parsed.data;
  const others = Object.keys({ ...identity, ...other }).filter((part) => identity[part] !== other[part]);
  if (others.length > 0) return `it is of another ${others.join(', ')}`;
  const best = progress.best === null ? new Map<string, Tensor>() : emptyBest(step, tensors);
  const state = { progress, tensors, best };
  const places = new Map(toCheckpoint(identity, state, step).tensors.map(({ name, values }) => [name, values]));
  const arrays = entries.flatMap(({ name, length }) => {
    const values = places.get(name);
    return values?.length === length ? [values] : [];
  });
  const isWhole = arrays.length === entries.length && new Set(arrays).size === places.size;
  return isWhole ? { state, arrays } : 'it is of another network';
}

function emptyBest({ slots }: TrainingStep, tensors: Tensors): Map<string, Tensor> {
  const reached = [...reachedValues(slots, tensors)];
  return new Map(reached.map(([name, { data, dims }]) => [name, float32(new Float32Array(data.length), dims)]));
}
