import { DeltaError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

/** What a delta says of itself before it is applied. */
export interface DeltaInfo {
  /** `full` holds the whole new file and needs no old one. */
  readonly kind: 'delta' | 'full';
  /** SHA-256 of the file that it applies to, hexadecimal. */
  readonly baseDigest: string;
  /** SHA-256 of the file that it makes, hexadecimal. */
  readonly resultDigest: string;
  readonly baseBytes: number;
  readonly resultBytes: number;
  /** Size of the delta itself. */
  readonly deltaBytes: number;
}

/** The header of a delta, with where its parts are. */
export interface DeltaHeader extends Omit<DeltaInfo, 'deltaBytes'> {
  /** Bytes of the instructions, which come first in the body; 0 for `full`. */
  readonly instructionBytes: number;
  /** Bytes of the body once it is decompressed. */
  readonly bodyBytes: number;
  /** Bytes of the body as it travels. */
  readonly codedBytes: number;
}

const MAGIC: readonly number[] = [0x45, 0x4c, 0x44, 0x31]; // ELD1
const KINDS = ['delta', 'full'] as const;
const DIGEST_BYTES = 32;
/** A few bytes for every constant of a model, and for every change between them; `makeDelta` keeps within it. */
export const MAX_INSTRUCTION_BYTES: number = 2 ** 24;

/** Packed entries take at most half of the result, those that do not fit as much as the result. */
const MAX_PAYLOAD_SHARE = 1.5;

/** Magic, kind, both digests, both sizes, sizes of the body; the body follows. */
export function writeHeader(header: DeltaHeader): Uint8Array {
  const writer = new ByteWriter();
  for (const byte of MAGIC) writer.byte(byte);
  writer.byte(KINDS.indexOf(header.kind));
  writer.append(Buffer.from(header.baseDigest, 'hex')).append(Buffer.from(header.resultDigest, 'hex'));
  const { baseBytes, resultBytes, instructionBytes, bodyBytes, codedBytes } = header;
  for (const size of [baseBytes, resultBytes, instructionBytes, bodyBytes, codedBytes]) writer.varint(size);
  return writer.bytes();
}

/** Header and coded body of a delta. @throws DeltaError DELTA_DAMAGED */
export function readHeader(delta: Uint8Array): { readonly header: DeltaHeader; readonly coded: Uint8Array } {
  const reader = new ByteReader(delta);
  const magic = reader.take(MAGIC.length);
  if (!magic || MAGIC.some((byte, at) => magic[at] !== byte)) {
    throw damaged('begin with ELD1', 'other bytes');
  }
  const kind = KINDS[reader.byte() ?? KINDS.length];
  const digests = [0, 1].map(() => reader.take(DIGEST_BYTES));
  const sizes = Array.from({ length: 5 }, () => reader.varint());
  if (!kind || digests.some((digest) => !digest) || sizes.some((size) => size === undefined)) {
    throw damaged('have a complete header', `${delta.length} bytes`);
  }
  const [baseDigest = '', resultDigest = ''] = digests.map((digest) => Buffer.from(digest ?? []).toString('hex'));
  const [baseBytes = 0, resultBytes = 0, instructionBytes = 0, bodyBytes = 0, codedBytes = 0] = sizes;
  const coded = reader.take(codedBytes);
  if (!coded || !reader.isAtEnd) throw damaged(`have ${codedBytes} bytes behind its header`, `${delta.length} in all`);
  const header = { kind, baseDigest, resultDigest, baseBytes, resultBytes, instructionBytes, bodyBytes, codedBytes };
  requireFittingSizes(header);
  return { header, coded };
}

// Checked before anything is allocated: what is decompressed is never much larger than the result.
function requireFittingSizes({ kind, resultBytes, instructionBytes, bodyBytes }: DeltaHeader): void {
  const most = kind === 'full' ? 0 : MAX_INSTRUCTION_BYTES;
  if (instructionBytes > most) throw damaged(`have at most ${most} bytes of instructions`, `${instructionBytes}`);
  if (instructionBytes > bodyBytes || bodyBytes - instructionBytes > MAX_PAYLOAD_SHARE * resultBytes) {
    throw damaged(`have a body that fits ${resultBytes} bytes of result`, `${bodyBytes}`);
  }
}

/** @package */
export function damaged(expected: string, got: string): DeltaError {
  return new DeltaError('DELTA_DAMAGED', `Delta must ${expected}, got ${got}`);
}
