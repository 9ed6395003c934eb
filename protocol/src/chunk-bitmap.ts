import { ProtocolUsageError, ReceivedDataError } from './errors.ts';

/**
 * Which chunks of one blob are there. Bit i of byte i / 8, least significant first, stands for chunk i.
 */
export class ChunkBitmap {
  readonly chunkCount: number;
  readonly #bits: Uint8Array;

  constructor(chunkCount: number) {
    if (!Number.isInteger(chunkCount) || chunkCount < 0) {
      throw new ProtocolUsageError('INVALID_INPUT', `chunkCount must be an integer from 0, got ${chunkCount}`);
    }
    this.chunkCount = chunkCount;
    this.#bits = new Uint8Array(Math.ceil(chunkCount / 8));
  }

  /** Reads what `toBytes` wrote. @throws ReceivedDataError MALFORMED_MESSAGE unless it fits `chunkCount` */
  static fromBytes(bytes: Uint8Array, chunkCount: number): ChunkBitmap {
    const bitmap = new ChunkBitmap(chunkCount);
    checkBits(bytes, chunkCount);
    bitmap.#bits.set(bytes);
    return bitmap;
  }

  /** Reads `Want.missing`: its bits stand for absent chunks. @throws ReceivedDataError MALFORMED_MESSAGE */
  static fromMissingBytes(bytes: Uint8Array, chunkCount: number): ChunkBitmap {
    checkBits(bytes, chunkCount);
    const bitmap = new ChunkBitmap(chunkCount);
    for (let index = 0; index < chunkCount; index++) if (!isSet(bytes, index)) bitmap.set(index);
    return bitmap;
  }

  /** Marks chunk `index` as there. @throws ProtocolUsageError INVALID_INPUT outside the blob */
  set(index: number): void {
    this.#check(index);
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7));
  }

  /** @throws ProtocolUsageError INVALID_INPUT outside the blob */
  has(index: number): boolean {
    this.#check(index);
    return isSet(this.#bits, index);
  }

  /** Indexes of the absent chunks, ascending. */
  missing(): number[] {
    const absent: number[] = [];
    for (let index = 0; index < this.chunkCount; index++) if (!isSet(this.#bits, index)) absent.push(index);
    return absent;
  }

  /** Whether every chunk is there. */
  get complete(): boolean {
    for (let index = 0; index < this.chunkCount; index++) if (!isSet(this.#bits, index)) return false;
    return true;
  }

  /** Bits of the chunks that are there; for keeping on disk. */
  toBytes(): Uint8Array {
    return this.#bits.slice();
  }

  /** Bits of the absent chunks; for `Want.missing`. */
  toMissingBytes(): Uint8Array {
    const absent = new ChunkBitmap(this.chunkCount);
    for (const index of this.missing()) absent.set(index);
    return absent.#bits;
  }

  #check(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.chunkCount) return;
    throw new ProtocolUsageError('INVALID_INPUT', `chunk index must be from 0 to ${this.chunkCount - 1}, got ${index}`);
  }
}

function isSet(bits: Uint8Array, index: number): boolean {
  return ((bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

/** A bit beyond the last chunk would be a chunk that does not exist. */
function checkBits(bytes: Uint8Array, chunkCount: number): void {
  const expected = Math.ceil(chunkCount / 8);
  const spare = expected * 8 - chunkCount;
  const last = bytes[expected - 1] ?? 0;
  if (bytes.length === expected && last < 1 << (8 - spare)) return;
  throw new ReceivedDataError(
    'MALFORMED_MESSAGE',
    `chunk bitmap: expected ${chunkCount} bits in ${expected} bytes, got ${bytes.length} bytes`,
  );
}
