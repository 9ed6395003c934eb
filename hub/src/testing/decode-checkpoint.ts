import { type Checkpoint, readCheckpoint } from '../store/checkpoint-codec.ts';
import { partsOf } from './parts-of.ts';

/** A checkpoint in memory, read from parts of so many bytes. */
export async function decodeCheckpoint(bytes: Uint8Array, partBytes: number = 1_000): Promise<Checkpoint> {
  const landing = await readCheckpoint(partsOf(bytes, partBytes), (head) => {
    const tensors = head.tensors.map(({ name, length }) => ({ name, values: new Float32Array(length) }));
    return { arrays: tensors.map(({ values }) => values), checkpoint: { ...head, tensors } };
  });
  return (landing as Exclude<typeof landing, string>).checkpoint;
}
