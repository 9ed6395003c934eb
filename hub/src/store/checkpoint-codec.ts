import { OutsideError } from '../errors.ts';

// "ELK2", header length (uint32), header (JSON, padded with spaces), then the tensors as raw float32, each at a multiple
// of 16 bytes, where ONNX Runtime sums up as it does in memory of its own. Little endian.
const MAGIC = 'ELK2';
const HEAD_BYTES = 8;
const ALIGNMENT = 16;

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

interface Header {
  readonly jobId: string;
  readonly progress: unknown;
  readonly tensors: readonly { readonly name: string; readonly length: number }[];
}

/**
 * The checkpoint as pieces that follow each other: large tensors are not copied.
 *
 * The pieces are views of the tensors, so send them before the tensors change.
 */
export function encodeCheckpoint({ jobId, progress, tensors }: Checkpoint): Uint8Array[] {
  const entries = tensors.map(({ name, values }) => ({ name, length: values.length }));
  const text = Buffer.from(JSON.stringify({ jobId, progress, tensors: entries } satisfies Header));
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

/**
 * The tensors are views of the bytes where these lie well, so that large ones are in memory once.
 *
 * @throws OutsideError DATA_INVALID when the bytes are no checkpoint
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { jobId, progress, tensors } = readHeader(bytes);
  let offset = HEAD_BYTES + headerBytes(bytes);
  const decoded = tensors.map(({ name, length }) => {
    const end = offset + length * Float32Array.BYTES_PER_ELEMENT;
    if (end > bytes.length) throw malformed(`tensor ${name}: expected ${length} values, got fewer bytes`);
    const values = floatsAt(bytes.subarray(offset, end));
    offset = padded(end);
    return { name, values };
  });
  return { jobId, progress, tensors: decoded };
}

function floatsAt(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset } = bytes.byteOffset % ALIGNMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(buffer, byteOffset, bytes.length / Float32Array.BYTES_PER_ELEMENT);
}

/** The job that made the checkpoint which starts with these bytes. @throws OutsideError DATA_INVALID */
export function checkpointOwner(start: Uint8Array): string {
  return readHeader(start).jobId;
}

/** Bytes at the start of a checkpoint that `checkpointOwner` needs. @throws OutsideError DATA_INVALID */
export function checkpointHeadBytes(start: Uint8Array): number {
  return HEAD_BYTES + headerBytes(start);
}

function headerBytes(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length >= HEAD_BYTES && buffer.toString('latin1', 0, MAGIC.length) === MAGIC) {
    return buffer.readUInt32LE(MAGIC.length);
  }
  throw malformed(`expected bytes that start with ${MAGIC}, got ${JSON.stringify(buffer.toString('latin1', 0, 4))}`);
}

function readHeader(bytes: Uint8Array): Header {
  const end = HEAD_BYTES + headerBytes(bytes);
  if (end > bytes.length) throw malformed(`expected ${end} bytes of header, got ${bytes.length}`);
  let header: Partial<Header>;
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
