import type { ClassPredictions } from '../../store/model-rows.ts';

/** Of every row the distance between its two largest probabilities. */
export function classMargins({ rows, probabilities }: ClassPredictions): readonly number[] {
  const classes = probabilities.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, row) => {
    const shares = [...probabilities.subarray(row * classes, (row + 1) * classes)].sort((a, b) => b - a);
    return (shares[0] ?? 0) - (shares[1] ?? 0);
  });
}
