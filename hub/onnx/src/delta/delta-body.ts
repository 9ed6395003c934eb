import { ByteWriter } from './byte-writer.ts';
import { type DeltaInstruction, sourceAfter, writeInstruction } from './delta-instruction.ts';
import { encodeEntries } from './encode-entries.ts';
import type { EntryCoding } from './entry-coding.ts';
import type { ElementWidth } from './tensor-spans.ts';

/** Instructions and what they need, in the order of the new file. */
export class DeltaBody {
  readonly #old: Uint8Array;
  readonly #fresh: Uint8Array;
  readonly #instructions = new ByteWriter();
  readonly #payload: Uint8Array[] = [];
  /** Byte of the new file that comes next. */
  #at = 0;
  #source = 0;
  /** Where the old bytes are expected that go with the new ones at `#at`. */
  #expected = 0;
  /** One that the next may lengthen. */
  #open: DeltaInstruction | undefined;

  constructor(old: Uint8Array, fresh: Uint8Array) {
    this.#old = old;
    this.#fresh = fresh;
  }

  /** Where what comes next is in the old file, as far as is known, minus where it is in the new one. */
  get shift(): number {
    return this.#expected - this.#at;
  }

  copy(source: number, length: number): void {
    this.tell({ method: 'copy', width: 1, bits: 8 }, source, length);
  }

  literal(length: number, width: ElementWidth = 1): void {
    this.tell({ method: 'literal', width, bits: 8 }, 0, length);
  }

  /** Tells the next `length` bytes of the new file, given those of the old one from `source` on. */
  tell(coding: EntryCoding, source: number, length: number): void {
    if (length === 0) return;
    const fresh = this.#fresh.subarray(this.#at, this.#at + length);
    this.#payload.push(...encodeEntries(coding, this.#old.subarray(source, source + length), fresh));
    this.#at += length;
    this.#expected = (coding.method === 'literal' ? this.#expected : source) + length;
    this.#add({ coding, source, length });
  }

  /** Instructions first, then what they need. */
  finish(): { readonly instructionBytes: number; readonly body: Uint8Array } {
    this.#close();
    const instructions = this.#instructions.bytes();
    return { instructionBytes: instructions.length, body: Buffer.concat([instructions, ...this.#payload]) };
  }

  #add(next: DeltaInstruction): void {
    const open = this.#open;
    if (open && isContinued(open, next)) {
      this.#open = { ...open, length: open.length + next.length };
      return;
    }
    this.#close();
    this.#open = next;
  }

  #close(): void {
    if (!this.#open) return;
    writeInstruction(this.#instructions, this.#open, this.#source);
    this.#source = sourceAfter(this.#open, this.#source);
    this.#open = undefined;
  }
}

/** Whether one instruction does the work of two. Planes and packed entries of two runs do not join. */
function isContinued({ coding, source, length }: DeltaInstruction, next: DeltaInstruction): boolean {
  const { method, width } = coding;
  if (method !== next.coding.method || width !== 1 || next.coding.width !== 1) return false;
  return method === 'literal' || (method === 'copy' && source + length === next.source);
}
