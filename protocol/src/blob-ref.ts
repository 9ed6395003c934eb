import { createHash } from 'node:crypto';
import { ProtocolUsageError, ReceivedDataError } from './errors.ts';
import type { BlobRef } from './generated/messages.ts';

/** Size of a chunk unless told otherwise: as fast as HTTP over MQTT, and far below any broker's packet limit. */
export const DEFAULT_CHUNK_BYTES: number = 256 * 1024;

const DIGEST_BYTES = 32;

/** SHA-256 of `bytes`, 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** SHA-256 of `bytes` as 64 hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * A digest as 64 hex digits, the way topics and file names carry it. Does not hash: takes the 32 bytes of a digest,
 * or the reference they are in.
 *
 * @throws ProtocolUsageError INVALID_INPUT for anything but 32 bytes
 */
export function digestHex(digest: Uint8Array | Pick<BlobRef, 'digest'>): string {
  const bytes = digest instanceof Uint8Array ? digest : digest.digest;
  if (bytes.length !== DIGEST_BYTES) {
    throw new ProtocolUsageError('INVALID_INPUT', `a digest has ${DIGEST_BYTES} bytes, got ${bytes.length}`);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The 32 bytes of a digest given as hex. @throws ProtocolUsageError INVALID_INPUT for anything but 64 hex digits */
export function digestFromHex(hex: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new ProtocolUsageError('INVALID_INPUT', `a digest has 64 lower-case hex digits, got ${JSON.stringify(hex)}`);
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** Reference to `bytes`, cut into chunks of `chunkBytes`. */
export function describeBlob(bytes: Uint8Array, chunkBytes: number = DEFAULT_CHUNK_BYTES): BlobRef {
  if (!Number.isInteger(chunkBytes) || chunkBytes < 1) {
    throw new ProtocolUsageError('INVALID_INPUT', `chunkBytes must be a positive integer, got ${chunkBytes}`);
  }
  const chunkDigests: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    chunkDigests.push(sha256(bytes.subarray(offset, offset + chunkBytes)));
  }
  return { digest: sha256(bytes), sizeBytes: bytes.length, chunkBytes, chunkDigests };
}

/**
 * Checks that a reference from outside is usable: digests of 32 bytes, and exactly as many as the size asks for.
 *
 * @throws ReceivedDataError MALFORMED_MESSAGE
 */
export function checkBlobRef(ref: BlobRef): void {
  const chunks = ref.chunkBytes === 0 ? 0 : Math.ceil(ref.sizeBytes / ref.chunkBytes);
  if (ref.chunkBytes === 0 && ref.sizeBytes > 0) throw malformed('chunkBytes must be positive, got 0');
  if (ref.digest.length !== DIGEST_BYTES) throw malformed(`digest must have 32 bytes, got ${ref.digest.length}`);
  if (ref.chunkDigests.length !== chunks) {
    throw malformed(`expected ${chunks} chunk digests for ${ref.sizeBytes} bytes, got ${ref.chunkDigests.length}`);
  }
  const odd = ref.chunkDigests.find((digest) => digest.length !== DIGEST_BYTES);
  if (odd !== undefined) throw malformed(`chunk digest must have 32 bytes, got ${odd.length}`);
}

/**
 * Where chunk `index` lies in its blob.
 *
 * @throws ReceivedDataError CHUNK_INVALID when the blob has no such chunk
 */
export function chunkRange(ref: BlobRef, index: number): { readonly offset: number; readonly lengthBytes: number } {
  if (!Number.isInteger(index) || index < 0 || index >= ref.chunkDigests.length) {
    throw invalidChunk(ref, index, `expected an index below ${ref.chunkDigests.length}`);
  }
  const offset = index * ref.chunkBytes;
  return { offset, lengthBytes: Math.min(ref.chunkBytes, ref.sizeBytes - offset) };
}

/**
 * Checks that `data` is chunk `index` of the blob.
 *
 * @throws ReceivedDataError CHUNK_INVALID for an unknown index, another length or another digest
 */
export function verifyChunk(ref: BlobRef, index: number, data: Uint8Array): void {
  const { lengthBytes } = chunkRange(ref, index);
  if (data.length !== lengthBytes) {
    throw invalidChunk(ref, index, `expected ${lengthBytes} bytes, got ${data.length}`);
  }
  const expected = ref.chunkDigests[index] ?? new Uint8Array();
  if (!Buffer.from(expected).equals(sha256(data))) {
    throw invalidChunk(ref, index, `expected digest ${Buffer.from(expected).toString('hex')}, got ${sha256Hex(data)}`);
  }
}

/** Checks that `bytes` are the whole blob. @throws ReceivedDataError DIGEST_MISMATCH */
export function verifyBlob(ref: BlobRef, bytes: Uint8Array): void {
  const got = sha256Hex(bytes);
  if (bytes.length === ref.sizeBytes && got === digestHex(ref)) return;
  throw new ReceivedDataError(
    'DIGEST_MISMATCH',
    `expected ${ref.sizeBytes} bytes with digest ${digestHex(ref)}, got ${bytes.length} bytes with digest ${got}`,
  );
}

function invalidChunk(ref: BlobRef, index: number, problem: string): ReceivedDataError {
  return new ReceivedDataError('CHUNK_INVALID', `chunk ${index} of blob ${digestHex(ref)}: ${problem}`);
}

function malformed(problem: string): ReceivedDataError {
  return new ReceivedDataError('MALFORMED_MESSAGE', `BlobRef: ${problem}`);
}
