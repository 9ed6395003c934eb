import type { ModelRows } from '../store/model-rows.ts';
import { SeededRandom } from '../training/seeded-random.ts';

export const STRIPES: readonly string[] = ['rows', 'columns', 'diagonals'];

/** Grey images of stripes in three directions, with another phase, width and noise each; pixels from 0 to 255. */
export function stripedImages(rows: number, size: number, seed: number): ModelRows {
  const random = new SeededRandom(seed);
  const values = new Float32Array(rows * size * size);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(random.next() * STRIPES.length));
  for (const [row, label] of labels.entries()) {
    const [phase, width] = [random.next() * size, 2 + random.next() * 3];
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const along = [y, x, (x + y) / Math.SQRT2][label] ?? 0;
        const wave = Math.sin(((along + phase) * Math.PI) / width);
        values[row * size * size + y * size + x] = Math.round(110 + 90 * wave + 50 * random.next());
      }
    }
  }
  const columns = Array.from({ length: size * size }, (_, pixel) => `p${pixel}`);
  const dims = [columns.length];
  const spec = { name: 'features', kind: 'numbers', columns, dims } as const;
  return { rows, inputs: [{ spec, dims, values }], target: { kind: 'classes', classes: STRIPES, labels } };
}
