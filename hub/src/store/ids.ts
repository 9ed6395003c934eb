import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes ids that sort by creation time and can be read over the phone: `run-06ahz3k8q2fm`.
 * Crockford base 32: 45 bits of milliseconds, then 25 random bits.
 */
export function newId(prefix: string, nowMs: number): string {
  let time = nowMs;
  let head = '';
  for (let i = 0; i < 9; i++) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const tail = Array.from(randomBytes(5), (byte) => ALPHABET[byte % 32]).join('');
  return `${prefix}-${head}${tail}`;
}
