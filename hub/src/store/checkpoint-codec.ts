import { OutsideError } from '../errors.ts';
import { PartReader } from './part-reader.ts';

// "ELK2", header length (uint32), header (JSON, padded with spaces), then the tensors as raw float32, each at a multiple
// of 16 bytes. Little endian.
const MAGIC = 'ELK2';
const HEAD_BYTES = 8;
const ALIGNMENT = 16;
/** A head lists tensors and the figures of every epoch; a longer one is not believed. */
const MOST_HEAD_BYTES = 2 ** 26;

export interface CheckpointTensor {
  readonly name: string;
  readonly values: Float32Array;
}

/** What a training needs to go on as if it had never stopped. */
export interface Checkpoint {
  /** Job that made it: the only one that may drop it again. */
  readonly jobId: string;
  /** JSON; training knows its shape. */
  readonly progress: unknown;
  readonly tensors: readonly CheckpointTensor[];
}

/** What a checkpoint says at its start. */
export interface CheckpointHead extends Pick<Checkpoint, 'jobId' | 'progress'> {
  /** In the order of their values. */
  readonly tensors: readonly { readonly name: string; readonly length: number }[];
}

/**
 * The checkpoint as pieces that follow each other: large tensors are not copied.
 *
 * The pieces are views of the tensors, so send them before the tensors change.
 */
export function encodeCheckpoint({ jobId, progress, tensors }: Checkpoint): Uint8Array[] {
  const entries = tensors.map(({ name, values }) => ({ name, length: values.length }));
  const text = Buffer.from(JSON.stringify({ jobId, progress, tensors: entries } satisfies CheckpointHead));
  const head = Buffer.alloc(padded(HEAD_BYTES + text.length), ' ');
  head.write(MAGIC);
  head.writeUInt32LE(head.length - HEAD_BYTES, MAGIC.length);
  text.copy(head, HEAD_BYTES);
  const bodies = tensors.flatMap(({ values }) => {
    const rest = padded(values.byteLength) - values.byteLength;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return rest === 0 ? [bytes] : [bytes, new Uint8Array(rest)];
  });
  return [head, ...bodies];
}

/** Arrays for the values of a checkpoint. */
export interface CheckpointLanding {
  /** As long as the tensors, in the order of the head. */
  readonly arrays: readonly Float32Array[];
}

/**
 * Reads a checkpoint while it comes, its values straight into arrays, so that large ones are in memory once.
 *
 * @param landingFor where the values go, or words for why they are not wanted: then nothing more is read
 * @returns what `landingFor` gave
 * @throws OutsideError DATA_INVALID when the bytes are no checkpoint; the arrays may have been written to
 */
export async function readCheckpoint<T extends CheckpointLanding>(
  parts: AsyncIterable<Uint8Array>,
  landingFor: (head: CheckpointHead) => T | string,
): Promise<T | string> {
  const reader = new PartReader(parts);
  try {
    const head = await readHead(reader);
    const landing = landingFor(head);
    if (typeof landing === 'string') return landing;
    for (const [at, { name, length }] of head.tensors.entries()) {
      await readValues(reader, name, landing.arrays[at] ?? new Float32Array(length));
    }
    await reader.toEnd();
    return landing;
  } finally {
    await reader.stop();
  }
}

async function readHead(reader: PartReader): Promise<CheckpointHead> {
  const start = new Uint8Array(HEAD_BYTES);
  const got = await reader.fill(start);
  const head = new Uint8Array(checkpointHeadBytes(start.subarray(0, got)));
  head.set(start);
  const more = await reader.fill(head.subarray(HEAD_BYTES));
  return readHeader(head.subarray(0, HEAD_BYTES + more));
}

async function readValues(reader: PartReader, name: string, values: Float32Array): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if ((await reader.fill(bytes)) < bytes.length) {
    throw malformed(`tensor ${name}: expected ${values.length} values, got fewer bytes`);
  }
  await reader.fill(new Uint8Array(padded(bytes.length) - bytes.length));
}

/** The job that made the checkpoint which starts with these bytes. @throws OutsideError DATA_INVALID */
export function checkpointOwner(start: Uint8Array): string {
  return readHeader(start).jobId;
}

/** Bytes at the start of a checkpoint that `checkpointOwner` needs. @throws OutsideError DATA_INVALID */
export function checkpointHeadBytes(start: Uint8Array): number {
  const size = HEAD_BYTES + headerBytes(start);
  if (size > MOST_HEAD_BYTES) throw malformed(`expected a head of at most ${MOST_HEAD_BYTES} bytes, got ${size}`);
  return size;
}

function headerBytes(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length >= HEAD_BYTES && buffer.toString('latin1', 0, MAGIC.length) === MAGIC) {
    return buffer.readUInt32LE(MAGIC.length);
  }
  throw malformed(`expected bytes that start with ${MAGIC}, got ${JSON.stringify(buffer.toString('latin1', 0, 4))}`);
}

function readHeader(bytes: Uint8Array): CheckpointHead {
  const end = HEAD_BYTES + headerBytes(bytes);
  if (end > bytes.length) throw malformed(`expected ${end} bytes of header, got ${bytes.length}`);
  let header: Partial<CheckpointHead>;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(HEAD_BYTES, end)).toString('utf8'));
  } catch (cause) {
    throw new OutsideError('DATA_INVALID', 'read the header of a checkpoint', { cause });
  }
  const { jobId, progress, tensors } = header;
  if (typeof jobId !== 'string' || !Array.isArray(tensors) || !tensors.every(isEntry)) {
    throw malformed('expected a header with jobId and tensors, got another');
  }
  return { jobId, progress, tensors };
}

function isEntry(entry: { name?: unknown; length?: unknown } | null): boolean {
  return typeof entry?.name === 'string' && Number.isSafeInteger(entry.length) && Number(entry.length) >= 0;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function malformed(message: string): OutsideError {
  return new OutsideError('DATA_INVALID', `checkpoint: ${message}`);
}
