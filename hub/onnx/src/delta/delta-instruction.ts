import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { ENTRY_CODINGS, type EntryCoding } from './entry-coding.ts';

/** Tells the next `length` bytes of the new file. */
export interface DeltaInstruction {
  readonly coding: EntryCoding;
  /** Where the bytes of the old file begin; 0 for a literal. */
  readonly source: number;
  /** A multiple of the coding's width, at least 1. */
  readonly length: number;
}

/** Writes one instruction: coding, length, and for all but literals where the old bytes begin. */
export function writeInstruction(writer: ByteWriter, instruction: DeltaInstruction, sourceBefore: number): void {
  const { coding, source, length } = instruction;
  writer.byte(ENTRY_CODINGS.findIndex((entry) => isSameCoding(entry, coding))).varint(length);
  // Files keep their order, so that what is told next mostly begins near where the last ended.
  if (coding.method !== 'literal') writer.signedVarint(source - sourceBefore);
}

/** Reads what `writeInstruction` wrote; `undefined` where the bytes are none. */
export function readInstruction(reader: ByteReader, sourceBefore: number): DeltaInstruction | undefined {
  const coding = ENTRY_CODINGS[reader.byte() ?? ENTRY_CODINGS.length];
  const length = reader.varint();
  if (!coding || length === undefined || length === 0 || length % coding.width !== 0) return undefined;
  if (coding.method === 'literal') return { coding, source: 0, length };
  const step = reader.signedVarint();
  return step === undefined ? undefined : { coding, source: sourceBefore + step, length };
}

/** Where the old bytes of the next instruction are expected to begin. */
export function sourceAfter({ coding, source, length }: DeltaInstruction, sourceBefore: number): number {
  return coding.method === 'literal' ? sourceBefore : source + length;
}

function isSameCoding(left: EntryCoding, right: EntryCoding): boolean {
  return left.method === right.method && left.width === right.width && left.bits === right.bits;
}
