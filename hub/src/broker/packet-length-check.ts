/**
 * Watches the bytes of one MQTT connection for packets longer than allowed.
 *
 * The parser behind it keeps a packet in memory until it is whole, up to 256 MB; this looks at the length that each
 * packet announces in its fixed header, before its body comes.
 */
export class PacketLengthCheck {
  #limitBytes: number;
  #bodyBytesLeft = 0;
  #isInLength = false;
  #length = 0;
  #factor = 1;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** From now on packets may have this many bytes. */
  set limitBytes(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** False when a packet announces a longer body than allowed, or a length that MQTT cannot have. */
  accepts(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.length; ) {
      if (this.#bodyBytesLeft > 0) {
        const skipped = Math.min(this.#bodyBytesLeft, bytes.length - at);
        this.#bodyBytesLeft -= skipped;
        at += skipped;
      } else if (this.#isInLength) {
        if (!this.#takeLengthByte(bytes[at] ?? 0)) return false;
        at++;
      } else {
        this.#isInLength = true;
        this.#length = 0;
        this.#factor = 1;
        at++;
      }
    }
    return true;
  }

  /** MQTT 3.1.1 section 2.2.3: seven bits a byte, least significant first, at most four bytes. */
  #takeLengthByte(byte: number): boolean {
    this.#length += (byte & 0x7f) * this.#factor;
    if (this.#length > this.#limitBytes) return false;
    if ((byte & 0x80) !== 0) {
      this.#factor *= 128;
      return this.#factor <= 128 ** 3;
    }
    this.#isInLength = false;
    this.#bodyBytesLeft = this.#length;
    return true;
  }
}
