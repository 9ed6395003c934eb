import { describe, expect, it } from 'vitest';
import { PacketLengthCheck } from './packet-length-check.ts';

/** A PUBLISH of this many body bytes. */
function packet(bodyBytes: number): Buffer {
  const length: number[] = [];
  for (let rest = bodyBytes; ; ) {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? byte | 0x80 : byte);
    if (rest === 0) break;
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(bodyBytes, 0xff)]);
}

describe('PacketLengthCheck', () => {
  // MQTT 3.1.1 section 2.2.3: where the number of length bytes changes.
  for (const bodyBytes of [0, 1, 127, 128, 16_383, 16_384, 100_000]) {
    it(`accepts packets of ${bodyBytes} bytes, however they are cut, and no longer ones`, () => {
      const bytes = Buffer.concat([packet(bodyBytes), packet(0), packet(bodyBytes)]);
      for (const step of [bodyBytes > 20_000 ? 997 : 1, 3_001, bytes.length]) {
        const check = new PacketLengthCheck(bodyBytes);
        for (let at = 0; at < bytes.length; at += step) {
          expect(check.accepts(bytes.subarray(at, at + step))).toBe(true);
        }
        expect(check.accepts(packet(bodyBytes + 1))).toBe(false);
      }
    });
  }

  it('refuses a long packet by its header, before its body comes', () => {
    expect(new PacketLengthCheck(1_000).accepts(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))).toBe(false);
  });

  it('refuses a length of more than four bytes', () => {
    expect(new PacketLengthCheck(2 ** 40).accepts(Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
  });

  it('takes longer packets once it is told to', () => {
    const check = new PacketLengthCheck(10);
    check.limitBytes = 1_000;
    expect(check.accepts(packet(999))).toBe(true);
  });
});
