import protobuf from 'protobufjs/minimal.js';

/** The part of protobufjs's reader that ours builds on; its 64-bit methods are typed as Long and so left out. */
interface WireReader {
  readonly buf: Uint8Array;
  pos: number;
  len: number;
  discardUnknown: boolean;
  size(): number;
}

const BaseReader = protobuf.Reader as unknown as new (bytes: Uint8Array) => WireReader;

const LONGEST_VARINT = 10;

/**
 * Most sub-messages, texts, byte strings and packed lists in one message. An empty one takes two bytes on the wire and
 * hundreds in memory; what we send needs five bytes and more, so half a megabyte of it stays below.
 */
const MOST_PARTS = 110_000;

/**
 * Reads 64-bit integers as numbers, and refuses those that a number cannot hold exactly. Keeps unknown fields.
 *
 * Overrides what generated decoders call, so that no Long is made for every count and timestamp.
 *
 * @package
 */
export class ExactReader extends BaseReader {
  #parts = 0;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.discardUnknown = false;
  }

  override size(): number {
    this.#parts += 1;
    if (this.#parts > MOST_PARTS) throw new RangeError(`message has more than ${MOST_PARTS} parts`);
    return super.size();
  }

  uint64(): number {
    return this.#varint(this.#byte(), 0);
  }

  sint64(): number {
    // ZigZag: the lowest bit is the sign. Read without it, the rest stays exact up to 2^53.
    const first = this.#byte();
    const half = this.#varint(first, 1);
    return exact((first & 1) === 0 ? half : -half - 1);
  }

  uint64s(array: number[]): number[] {
    return this.#packed(array, () => this.uint64());
  }

  sint64s(array: number[]): number[] {
    return this.#packed(array, () => this.sint64());
  }

  /** The varint that begins with `first`, less its `dropBits` lowest bits. */
  #varint(first: number, dropBits: 0 | 1): number {
    let value = (first & 127) >> dropBits;
    let scale = 128 >> dropBits;
    let byte = first;
    for (let length = 1; byte > 127; length++) {
      if (length === LONGEST_VARINT) throw new RangeError(`varint is longer than ${LONGEST_VARINT} bytes`);
      byte = this.#byte();
      value += (byte & 127) * scale;
      scale *= 128;
    }
    return exact(value);
  }

  #packed(array: number[], next: () => number): number[] {
    const end = this.size() + this.pos;
    const outerEnd = this.len;
    if (end > outerEnd) throw new RangeError(`list ends at ${end}, beyond ${outerEnd}`);
    this.len = end;
    while (this.pos < end) array.push(next());
    this.len = outerEnd;
    return array;
  }

  #byte(): number {
    const byte = this.pos < this.len ? this.buf[this.pos++] : undefined;
    if (byte === undefined) throw new RangeError(`bytes end at ${this.len} within a varint`);
    return byte;
  }
}

/** Rounding never brings a larger sum back below 2^53, so what passes is what was sent. */
function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`expected an integer below 2^53, got about ${value}`);
}
