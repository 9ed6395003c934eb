import type { GradientRows } from '../gradient/gradient-rows.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { elementCount, int64 } from '../tensor/tensor.ts';
import { emitterOf } from './gradient-piece.ts';
import { type GradientGraph, gradientBlocks, gradientSource } from './gradient-source.ts';
import type { OptimizerParameter } from './optimizers/optimizer-context.ts';
import { type WeightPiece, weightPieces } from './weight-pieces.ts';

/** Entries of a gradient whose squares are added up at once. */
const PIECE_ENTRIES = 2 ** 20;

/**
 * Adds the sum of the squares of a gradient, a scalar.
 *
 * A large one is summed piece by piece, so that one which is given as its factors need not be there as a whole.
 *
 * @param isDeferred whether its weight is updated behind the run
 */
export function squaredNorm(
  graph: GraphBuilder,
  parameter: OptimizerParameter,
  from: GradientGraph,
  isDeferred: boolean,
): string {
  const { dims, gradient } = parameter;
  const isLarge = elementCount(dims) > PIECE_ENTRIES;
  const compact = isLarge ? from.compact.get(gradient) : undefined;
  const isFactored = isDeferred && gradientSource(parameter, from).kind === 'factors';
  const blocks = isLarge ? gradientBlocks(parameter, from) : [];
  const isPieced = blocks.length > 0 && (isFactored || !blocks.some(({ isDear }) => isDear));
  const pieces = isPieced ? piecesOf(dims, blocks) : [];
  const entries = isPieced && !isFactored ? graph.node('Reshape', [gradient, graph.constant(int64([-1]))]) : '';
  const made = isFactored
    ? pieces.flatMap((piece) => madeOf(graph, blocks, piece))
    : pieces.map(({ from: first, to }) => sliced(graph, entries, [first, to], 0));
  const values = isPieced ? made : [compact?.() ?? gradient];
  const squares = values.map((value) => graph.node('ReduceSumSquare', [value], { keepdims: 0 }));
  return squares.length === 1 ? (squares[0] ?? '') : graph.node('Sum', squares);
}

/** Pieces of which each part is small. */
function piecesOf(dims: readonly number[], blocks: readonly GradientRows[]): WeightPiece[] {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const width = elementCount(dims) / rows;
  const widest = Math.max(...blocks.map(({ parts }) => parts?.width ?? width));
  const gradient = { kind: 'factors', blocks: blocks.map((block) => ({ rows: block.rows, factors: [] })) } as const;
  return weightPieces({ dims, gradient: { ...gradient, isDear: false } }, PIECE_ENTRIES * (width / widest));
}

function madeOf(graph: GraphBuilder, blocks: readonly GradientRows[], { block, rows }: WeightPiece): readonly string[] {
  const from = blocks[block];
  if (!from) return [];
  const own = from.sliced.map(({ value, axis }) => {
    return rows[1] - rows[0] === from.rows ? value : sliced(graph, value, rows, axis);
  });
  const shared = from.shared.map(({ value }) => value);
  const build = from.parts?.build ?? ((...given) => [from.build(...given)]);
  return build(emitterOf(graph), own, shared);
}

function sliced(graph: GraphBuilder, value: string, [from, to]: readonly [number, number], axis: number): string {
  return graph.node('Slice', [value, ...[from, to, axis].map((at) => graph.constant(int64([at])))]);
}
