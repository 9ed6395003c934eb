import { int64 } from '../tensor/tensor.ts';
import { filled } from './filled.ts';
import { knownProduct, type Length, lengthVector } from './lengths.ts';
import type { RuleContext } from './rule-context.ts';

/** Rows to be added up by index. */
export interface RowSum {
  /** int64 [n, 1], each from -rows to rows - 1. */
  readonly indices: string;
  /** [n, ...sizes[1..]] */
  readonly updates: string;
  /** Shape of the sum: rows, then the sizes of one row. */
  readonly sizes: readonly Length[];
  /** n, where it is known while the graph is built. */
  readonly count: number | undefined;
}

/**
 * Entries that ONNX Runtime's ScatterND adds on one thread.
 *
 * It spreads 210,000 and more over its threads, and two of them that add to the same row at once lose one of the two:
 * its results were wrong with 2 threads from that size on. ScatterElements adds on one thread and takes 15 times as
 * long (0.38 ms against 0.03 ms for 2,048 rows of 64).
 */
export const SEQUENTIAL_ENTRIES = 200_000;
/** Scatter operators that add exist since this operator set. */
const REDUCING_SCATTER_OPSET = 16;
/** More ScatterNDs one behind the other than this make the graph too long. */
const MAX_CHUNKS = 64;

/** Sum of the updates of each row, 0 for a row without any; shape `sizes`. */
export function addRows(context: RuleContext, sum: RowSum): string {
  requireReducingScatter(context);
  const rowEntries = knownProduct(sum.sizes.slice(1));
  const start = filled(context, lengthVector(context, sum.sizes), 0);
  if (sum.count === undefined || rowEntries === undefined) return chosenAtRunTime(context, start, sum);
  const rowsPerChunk = Math.max(1, Math.floor(SEQUENTIAL_ENTRIES / Math.max(1, rowEntries)));
  const chunks = Math.ceil(sum.count / rowsPerChunk);
  return chunks > MAX_CHUNKS ? byElement(context, start, sum) : inChunks(context, start, sum, chunks);
}

/** @throws ModelError where the operator set has no scatter operators that add */
export function requireReducingScatter(context: RuleContext): void {
  if (context.opset >= REDUCING_SCATTER_OPSET) return;
  throw context.refusal(`an operator set of at least ${REDUCING_SCATTER_OPSET}, got ${context.opset}`);
}

function inChunks(context: RuleContext, start: string, sum: RowSum, chunks: number): string {
  const { indices, updates, count = 0 } = sum;
  if (chunks <= 1) return context.op('ScatterND', [start, indices, updates], { reduction: 'add' });
  const rows = Math.ceil(count / chunks);
  const sizes = Array.from({ length: chunks }, (_, chunk) => Math.max(0, Math.min(rows, count - chunk * rows)));
  const lengths = context.constant(int64(sizes));
  const [indexParts, updateParts] = [indices, updates].map((value) =>
    context.opMany('Split', [value, lengths], { axis: 0 }, chunks),
  );
  return sizes.reduce(
    (total, _, chunk) =>
      context.op('ScatterND', [total, indexParts?.[chunk], updateParts?.[chunk]], { reduction: 'add' }),
    start,
  );
}

function byElement(context: RuleContext, start: string, { indices, updates, sizes }: RowSum): string {
  const column = context.constant(int64([-1, ...sizes.slice(1).map(() => 1)]));
  const every = context.op('Expand', [context.op('Reshape', [indices, column]), context.op('Shape', [updates])]);
  return context.op('ScatterElements', [start, every, updates], { axis: 0, reduction: 'add' });
}

function chosenAtRunTime(context: RuleContext, start: string, sum: RowSum): string {
  const { indices, updates, sizes } = sum;
  const entries = context.op('Size', [updates]);
  const isSmall = context.op('LessOrEqual', [entries, context.constant(int64([SEQUENTIAL_ENTRIES], []))]);
  const type = context.floatType;
  const small = context.inner('grad_add_rows');
  small.output(small.node('ScatterND', [start, indices, updates], { reduction: 'add' }), type);
  const large = context.inner('grad_add_entries');
  const column = large.node('Reshape', [indices, context.constant(int64([-1, ...sizes.slice(1).map(() => 1)]))]);
  const every = large.node('Expand', [column, large.node('Shape', [updates])]);
  large.output(large.node('ScatterElements', [start, every, updates], { axis: 0, reduction: 'add' }), type);
  return context.op('If', [isSmall], { then_branch: small.graph(), else_branch: large.graph() });
}
