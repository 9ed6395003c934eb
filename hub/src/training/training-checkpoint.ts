import type { Tensor } from '@edgeloop/onnx';
import { z } from 'zod';
import type { Tensors } from '../graph-engine.ts';
import type { Checkpoint, CheckpointTensor } from '../store/checkpoint-codec.ts';
import { stateOf } from './slot-values.ts';
import { type TrainingProgress, TrainingProgressSchema } from './training-progress.ts';
import type { TrainingStep } from './training-step.ts';

/** What makes a training what it is, by what people call it: recipe, seed, data, ... Values are digests or the like. */
export type TrainingIdentity = Readonly<Record<string, string>>;

/** Where a training keeps what it has reached. */
export interface CheckpointKeeper {
  /** What an earlier attempt has kept; undefined when there is nothing, and words for why it cannot be had. */
  load(): Promise<Omit<Checkpoint, 'jobId'> | string | undefined>;
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

/** The state that a checkpoint holds, or why this training cannot go on from it. */
export function fromCheckpoint(
  checkpoint: Omit<Checkpoint, 'jobId'>,
  identity: TrainingIdentity,
  step: TrainingStep,
): TrainingState | string {
  const parsed = KeptSchema.safeParse(checkpoint.progress);
  if (!parsed.success) return 'it is of another version of the hub';
  const kept = parsed.data;
  const others = Object.keys({ ...identity, ...kept.identity }).filter(
    (part) => identity[part] !== kept.identity[part],
  );
  if (others.length > 0) return `it is of another ${others.join(', ')}`;
  const valuesOf = (prefix: string): Map<string, Float32Array> =>
    new Map(
      checkpoint.tensors.flatMap(({ name, values }) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), values]] : [],
      ),
    );
  const tensors = stateOf(step.slots, valuesOf(STATE));
  const best = bestOf(valuesOf(BEST), step);
  if (!tensors || !best || (best.size === 0) !== (kept.progress.best === null)) return 'it is of another network';
  return { progress: kept.progress, tensors, best };
}

function bestOf(values: ReadonlyMap<string, Float32Array>, step: TrainingStep): Map<string, Tensor> | undefined {
  const slots = new Map(step.slots.map((slot) => [slot.name, slot]));
  const best = new Map<string, Tensor>();
  for (const [name, data] of values) {
    const slot = slots.get(name);
    if (slot?.size !== data.length) return undefined;
    best.set(name, { type: 'float32', dims: slot.dims, data });
  }
  return best;
}
