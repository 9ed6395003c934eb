import type { DeferredWeight } from './training-graph.ts';

/** Some consecutive entries of a weight, and the rows that they are: `from` is in, `to` is not. */
export interface WeightPiece {
  readonly from: number;
  readonly to: number;
  /** Of the weight, or of the block. */
  readonly rows: readonly [from: number, to: number];
  /** Which block of a gradient made of factors, else 0. */
  readonly block: number;
}

/** A product with one row takes another way through ONNX Runtime, and may have other bits. */
const LEAST_ROWS = 2;
/** Pieces of a weight, or of as many entries as make up some pieces, for which what all rows need is made anew. */
const DEAR = { mostPieces: 4, leastTimes: 4 } as const;

/**
 * How a deferred weight is cut for its update: in pieces of about `entries`, at most twice as many, or larger ones where
 * each costs more. Entries of a gradient that is whole count as rows.
 */
export function weightPieces(
  { dims, gradient }: Pick<DeferredWeight, 'dims' | 'gradient'>,
  entries: number,
): WeightPiece[] {
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (gradient.kind !== 'factors') {
    const rows = gradient.kind === 'whole' ? size : (dims[0] ?? 1);
    return piecesOf({ rows, width: size / rows, least: 1, entries });
  }
  const { blocks, isDear } = gradient;
  const width = size / blocks.reduce((sum, { rows }) => sum + rows, 0);
  const most = isDear ? Math.max(entries * DEAR.leastTimes, size / DEAR.mostPieces) : entries;
  let start = 0;
  return blocks.flatMap(({ rows }, block) => {
    const pieces = piecesOf({ rows, width, least: LEAST_ROWS, entries: most, block, start });
    start += rows * width;
    return pieces;
  });
}

interface Cut {
  readonly rows: number;
  /** Entries of a row. */
  readonly width: number;
  /** Rows of a piece. */
  readonly least: number;
  readonly entries: number;
  readonly block?: number;
  /** First entry. */
  readonly start?: number;
}

function piecesOf({ rows, width, least, entries, block = 0, start = 0 }: Cut): WeightPiece[] {
  const count = Math.max(1, Math.floor(rows / Math.max(least, Math.round(entries / width))));
  const row = (piece: number): number => Math.floor((piece * rows) / count);
  return Array.from({ length: count }, (_, piece) => {
    const [from, to] = [row(piece), row(piece + 1)];
    return { from: start + from * width, to: start + to * width, rows: [from, to], block };
  });
}
