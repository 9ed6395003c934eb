import { type Checkpoint, encodeCheckpoint } from '../store/checkpoint-codec.ts';
import type { CheckpointKeeper } from '../training/trainer/training-checkpoint.ts';
import { decodeCheckpoint } from './decode-checkpoint.ts';
import { partsOf } from './parts-of.ts';

/** Bytes of a part, so that tensors come in several. */
const PART_BYTES = 100;

/** Keeps every checkpoint, as bytes that went over the wire. */
export class CheckpointShelf implements CheckpointKeeper {
  readonly kept: Checkpoint[] = [];
  readonly places: { readonly epoch: number; readonly step: number }[] = [];
  readonly #from: Checkpoint | undefined;

  constructor(from?: Checkpoint) {
    this.#from = from;
  }

  async load<T>(read: (parts: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T | undefined> {
    return this.#from && read(partsOf(Buffer.concat(encodeCheckpoint(this.#from)), PART_BYTES));
  }

  async keep(checkpoint: Omit<Checkpoint, 'jobId'>, place: { epoch: number; step: number }): Promise<void> {
    this.kept.push(await decodeCheckpoint(Buffer.concat(encodeCheckpoint({ jobId: 'job-1', ...checkpoint }))));
    this.places.push(place);
  }
}
