import { createHash } from 'node:crypto';
import { brotliDecompressSync } from 'node:zlib';
import { DeltaError } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeEntries } from './decode-entries.ts';
import { type DeltaHeader, damaged, readHeader } from './delta-header.ts';
import { type DeltaInstruction, readInstruction, sourceAfter } from './delta-instruction.ts';

export interface ApplyDeltaOptions {
  /** Largest file that may come out. Give the size that the signed release promises. @default DEFAULT_MAX_RESULT_BYTES */
  readonly maxResultBytes?: number;
}

/** 512 MiB: more than any model that a device of the library's profiles holds in memory. */
export const DEFAULT_MAX_RESULT_BYTES: number = 2 ** 29;

/**
 * The new file, bit for bit: its digest is what the delta says, and base and delta were what they should be.
 *
 * A delta is untrusted: memory is bounded by the old file, the delta and three times `maxResultBytes`. Whether the result is
 * the right one, only a digest from a trusted place tells: compare it with `deltaInfo(delta).resultDigest`.
 *
 * @param old the file of `baseDigest`; a delta of kind `full` takes any
 * @throws DeltaError DELTA_DAMAGED, DELTA_WRONG_BASE, DELTA_TOO_LARGE
 */
export function applyDelta(old: Uint8Array, delta: Uint8Array, options: ApplyDeltaOptions = {}): Uint8Array {
  const { header, coded } = readHeader(delta);
  requireResultSize(header, options.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES);
  requireBase(header, old);
  const body = decompressed(header, coded);
  const result = header.kind === 'full' ? body : rebuilt(header, old, body);
  const digest = createHash('sha256').update(result).digest('hex');
  if (digest !== header.resultDigest) throw damaged(`make a file of SHA-256 ${header.resultDigest}`, digest);
  return result;
}

function requireResultSize({ resultBytes }: DeltaHeader, most: number): void {
  if (resultBytes <= most) return;
  throw new DeltaError('DELTA_TOO_LARGE', `Result of a delta must have at most ${most} bytes, got ${resultBytes}`);
}

function requireBase({ kind, baseBytes, baseDigest }: DeltaHeader, old: Uint8Array): void {
  if (kind === 'full') return;
  const digest = old.length === baseBytes ? createHash('sha256').update(old).digest('hex') : undefined;
  if (digest === baseDigest) return;
  const got = digest ?? `a file of ${old.length} bytes instead of ${baseBytes}`;
  throw new DeltaError('DELTA_WRONG_BASE', `Base of a delta must have SHA-256 ${baseDigest}, got ${got}`);
}

function decompressed({ bodyBytes }: DeltaHeader, coded: Uint8Array): Uint8Array {
  let body: Buffer;
  try {
    // Zero is no limit that zlib takes.
    body = brotliDecompressSync(coded, { maxOutputLength: Math.max(1, bodyBytes) });
  } catch (cause) {
    throw new DeltaError('DELTA_DAMAGED', `Delta must have a body of ${bodyBytes} bytes in brotli, got another`, {
      cause,
    });
  }
  if (body.length !== bodyBytes) throw damaged(`have a body of ${bodyBytes} bytes`, `${body.length}`);
  return new Uint8Array(body.buffer, body.byteOffset, body.length);
}

function rebuilt({ resultBytes, instructionBytes }: DeltaHeader, old: Uint8Array, body: Uint8Array): Uint8Array {
  const instructions = new ByteReader(body, 0, instructionBytes);
  const payload = new ByteReader(body, instructionBytes);
  const result = new Uint8Array(resultBytes);
  let [at, source] = [0, 0];
  while (!instructions.isAtEnd) {
    const instruction = readInstruction(instructions, source);
    if (!instruction) throw damaged('have instructions', `none at byte ${instructions.position} of its body`);
    if (instruction.length > resultBytes - at) throw damaged(`make ${resultBytes} bytes`, 'more');
    execute(instruction, old, payload, result.subarray(at, at + instruction.length));
    at += instruction.length;
    source = sourceAfter(instruction, source);
  }
  if (at !== resultBytes || !payload.isAtEnd) throw damaged(`make ${resultBytes} bytes of all that it holds`, `${at}`);
  return result;
}

function execute(instruction: DeltaInstruction, old: Uint8Array, payload: ByteReader, target: Uint8Array): void {
  const { coding, source, length } = instruction;
  const isLiteral = coding.method === 'literal';
  if (!isLiteral && (source < 0 || length > old.length - source)) {
    throw damaged(`read inside of the ${old.length} bytes of its base`, `${length} from ${source}`);
  }
  const before = isLiteral ? new Uint8Array() : old.subarray(source, source + length);
  if (!decodeEntries(coding, before, payload, target)) throw damaged('hold what its instructions tell', 'less');
}
