import type { ElementWidth } from './tensor-spans.ts';

/** An entry of two or four bytes, low byte first, as 32 bits. */
export function readEntry(bytes: Uint8Array, entry: number, width: ElementWidth): number {
  const at = entry * width;
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  return width === 2 ? low : low | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
