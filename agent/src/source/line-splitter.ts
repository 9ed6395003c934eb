const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A line and where it ends. */
export interface Line {
  /** Undefined for one that is longer than it may be. */
  readonly text: string | undefined;
  /** Bytes from the beginning of the stream to behind the line. */
  readonly endOffset: number;
  /** The last bytes of the line with its end. */
  readonly tail: Uint8Array;
}

/** Bytes of a line that are kept to recognize the place behind it. */
export const TAIL_BYTES = 32;

/** Cuts bytes into lines of UTF-8, whichever way they come. Ends are LF or CR LF. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a line that is too long already. */
  #skipped = 0;
  #offset: number;

  /** @param offset of the first byte that will come */
  constructor(maxLineBytes: number, offset: number) {
    this.#maxLineBytes = maxLineBytes;
    this.#offset = offset;
  }

  /** Bytes from the beginning of the stream to behind the last line. */
  get offset(): number {
    return this.#offset;
  }

  /** Lines that end in `bytes`. */
  push(bytes: Uint8Array): Line[] {
    const all = Buffer.concat([this.#rest, bytes]);
    const lines: Line[] = [];
    let start = 0;
    for (let end = all.indexOf(LINE_FEED); end >= 0; end = all.indexOf(LINE_FEED, start)) {
      lines.push(this.#line(all.subarray(start, end + 1)));
      start = end + 1;
    }
    this.#keep(all.subarray(start));
    return lines;
  }

  /** What came behind the last line: a line without its end. */
  finish(): Line | undefined {
    if (this.#rest.length === 0 && this.#skipped === 0) return undefined;
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return this.#line(rest);
  }

  #line(bytes: Buffer): Line {
    const length = this.#skipped + bytes.length;
    this.#skipped = 0;
    this.#offset += length;
    return {
      text: length > this.#maxLineBytes + 2 ? undefined : withoutEnd(bytes).toString('utf8'),
      endOffset: this.#offset,
      tail: Uint8Array.from(bytes.subarray(-TAIL_BYTES)),
    };
  }

  #keep(rest: Buffer): void {
    const isTooLong = this.#skipped + rest.length > this.#maxLineBytes + 2;
    // The last bytes stay: they tell the place behind the line.
    const kept = isTooLong ? rest.subarray(-TAIL_BYTES) : rest;
    this.#skipped += rest.length - kept.length;
    this.#rest = Buffer.from(kept);
  }
}

function withoutEnd(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === LINE_FEED ? bytes.length - 1 : bytes.length;
  return bytes.subarray(0, end > 0 && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
}
