/** Largest number that a varint may hold here; offsets and sizes of files are smaller. */
const MAX_VARINT: number = Number.MAX_SAFE_INTEGER;

/** Reads numbers one after another; `undefined` where the bytes end or hold no such number. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The next byte, 0..255. */
  byte(): number | undefined {
    return this.#at < this.#end ? this.#bytes[this.#at++] : undefined;
  }

  /** An unsigned number in groups of seven bits, lowest first. @see Protocol Buffers encoding, base 128 varints */
  varint(): number | undefined {
    let [value, factor] = [0, 1];
    for (let count = 0; count < 10; count += 1) {
      const byte = this.byte();
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value <= MAX_VARINT ? value : undefined;
      factor *= 128;
    }
    return undefined;
  }

  /** A signed number as a varint with the sign in the lowest bit. */
  signedVarint(): number | undefined {
    const value = this.varint();
    if (value === undefined) return undefined;
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** The next `length` bytes, sharing memory. */
  take(length: number): Uint8Array | undefined {
    if (length > this.#end - this.#at) return undefined;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
