import type { DeferredWeight } from './training-graph.ts';

/** Some consecutive entries of a weight, and the rows that they are: `from` is in, `to` is not. */
export interface WeightPiece {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly [from: number, to: number];
}

/** A product with one row takes another way through ONNX Runtime, and may have other bits. */
const LEAST_ROWS = 2;

/**
 * How a deferred weight is cut for its update: in pieces of about `entries`, at most twice as many. Entries of a
 * gradient that is whole count as rows.
 */
export function weightPieces(
  { dims, gradient }: Pick<DeferredWeight, 'dims' | 'gradient'>,
  entries: number,
): WeightPiece[] {
  const size = dims.reduce((product, dim) => product * dim, 1);
  const rows = gradient.kind === 'whole' ? size : (dims[0] ?? 1);
  const width = size / rows;
  const least = gradient.kind === 'product' ? LEAST_ROWS : 1;
  const count = Math.max(1, Math.floor(rows / Math.max(least, Math.round(entries / width))));
  const start = (piece: number): number => Math.floor((piece * rows) / count);
  return Array.from({ length: count }, (_, piece) => {
    const [from, to] = [start(piece), start(piece + 1)];
    return { from: from * width, to: to * width, rows: [from, to] };
  });
}
