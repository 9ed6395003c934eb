import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../store/checkpoint-codec.ts';
import type { CheckpointKeeper } from '../training/training-checkpoint.ts';

/** Keeps every checkpoint, as bytes that went over the wire. */
export class CheckpointShelf implements CheckpointKeeper {
  readonly kept: Checkpoint[] = [];
  readonly places: { readonly epoch: number; readonly step: number }[] = [];
  readonly #from: Omit<Checkpoint, 'jobId'> | string | undefined;

  constructor(from?: Omit<Checkpoint, 'jobId'> | string) {
    this.#from = from;
  }

  async load(): Promise<Omit<Checkpoint, 'jobId'> | string | undefined> {
    return this.#from;
  }

  async keep(checkpoint: Omit<Checkpoint, 'jobId'>, place: { epoch: number; step: number }): Promise<void> {
    this.kept.push(decodeCheckpoint(Buffer.concat(encodeCheckpoint({ jobId: 'job-1', ...checkpoint }))));
    this.places.push(place);
  }
}
