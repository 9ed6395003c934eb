import type { AttributeValue } from '../format/attributes.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
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
 * long (0.38 ms against 0.03 ms for 2,048 rows of 64). So more entries are added by several ScatterNDs in a row.
 */
export const SEQUENTIAL_ENTRIES = 200_000;
/** Most ScatterNDs in a row, where their number is known while the graph is built. */
const MAX_CHUNKS = 64;
/** ScatterNDs in a row, where the number of entries is known at run time. */
const RUN_TIME_CHUNKS = 16;
/** Scatter operators that add exist since this operator set. */
export const REDUCING_SCATTER_OPSET = 16;

/** Sum of the updates of each row, 0 for a row without any; shape `sizes`. */
export function addRows(context: RuleContext, sum: RowSum): string {
  requireReducingScatter(context);
  const rowEntries = knownProduct(sum.sizes.slice(1));
  const start = filled(context, lengthVector(context, sum.sizes), 0);
  const { count } = sum;
  if (count === undefined || rowEntries === undefined) return chosenAtRunTime(context, start, sum);
  const rowsPerChunk = Math.max(1, Math.floor(SEQUENTIAL_ENTRIES / Math.max(1, rowEntries)));
  const chunks = Math.ceil(count / rowsPerChunk);
  if (chunks <= 1) return inOne(ofContext(context), start, sum);
  if (chunks > MAX_CHUNKS) return byElement(context, ofContext(context), start, sum);
  const sizes = Array.from({ length: chunks }, (_, at) => Math.min(rowsPerChunk, count - at * rowsPerChunk));
  return inChunks(ofContext(context), start, sum, { lengths: context.constant(int64(sizes)), chunks });
}

/** @throws ModelError where the operator set has no scatter operators that add */
export function requireReducingScatter(context: RuleContext): void {
  if (context.opset >= REDUCING_SCATTER_OPSET) return;
  throw context.refusal(`an operator set of at least ${REDUCING_SCATTER_OPSET}, got ${context.opset}`);
}

/** Where nodes go: the graph itself, or one inside of an If. Returns the outputs. */
type Emit = (operator: string, inputs: readonly string[], attributes?: Attributes, count?: number) => string[];
type Attributes = Readonly<Record<string, AttributeValue>>;

function ofContext(context: RuleContext): Emit {
  return (operator, inputs, attributes = {}, count = 1) => context.opMany(operator, inputs, attributes, count);
}

function ofGraph(graph: GraphBuilder): Emit {
  return (operator, inputs, attributes = {}, count = 1) => graph.nodeWithOutputs(count, operator, inputs, attributes);
}

function inOne(emit: Emit, start: string, { indices, updates }: RowSum): string {
  const [sum = ''] = emit('ScatterND', [start, indices, updates], { reduction: 'add' });
  return sum;
}

function inChunks(
  emit: Emit,
  start: string,
  { indices, updates, ...sum }: RowSum,
  { lengths, chunks }: { readonly lengths: string; readonly chunks: number },
): string {
  const [places, rows] = [indices, updates].map((value) => emit('Split', [value, lengths], { axis: 0 }, chunks));
  return Array.from({ length: chunks }).reduce<string>(
    (total, _, at) => inOne(emit, total, { ...sum, indices: places?.[at] ?? '', updates: rows?.[at] ?? '' }),
    start,
  );
}

function byElement(context: RuleContext, emit: Emit, start: string, { indices, updates, sizes }: RowSum): string {
  const column = context.constant(int64([-1, ...sizes.slice(1).map(() => 1)]));
  const [places = ''] = emit('Reshape', [indices, column]);
  const [shape = ''] = emit('Shape', [updates]);
  const [every = ''] = emit('Expand', [places, shape]);
  const [sum = ''] = emit('ScatterElements', [start, every, updates], { axis: 0, reduction: 'add' });
  return sum;
}

/** The fastest way that is safe for as many entries as there are. */
function chosenAtRunTime(context: RuleContext, start: string, sum: RowSum): string {
  const entries = context.op('Size', [sum.updates]);
  const isAtMost = (limit: number): string =>
    context.op('LessOrEqual', [entries, context.constant(int64([limit], []))]);
  const single = branch(context, (emit) => inOne(emit, start, sum));
  // A chunk of more than one row has less than twice the average of entries, and one row is never spread over threads.
  const isMedium = isAtMost((RUN_TIME_CHUNKS * SEQUENTIAL_ENTRIES) / 2);
  const several = branch(context, (emit) => {
    const lengths = chunkLengths(context, emit, sum.updates);
    return inChunks(emit, start, sum, { lengths, chunks: RUN_TIME_CHUNKS });
  });
  const entryByEntry = branch(context, (emit) => byElement(context, emit, start, sum));
  const large = branch(context, (emit) => {
    const [chosen = ''] = emit('If', [isMedium], { then_branch: several.graph(), else_branch: entryByEntry.graph() });
    return chosen;
  });
  const isSmall = isAtMost(SEQUENTIAL_ENTRIES);
  return context.op('If', [isSmall], { then_branch: single.graph(), else_branch: large.graph() });
}

function branch(context: RuleContext, build: (emit: Emit) => string): GraphBuilder {
  const graph = context.inner('grad_add_rows');
  return graph.output(build(ofGraph(graph)), context.floatType);
}

/** Rows of each of RUN_TIME_CHUNKS parts that differ by at most one. */
function chunkLengths(context: RuleContext, emit: Emit, updates: string): string {
  const places = Array.from({ length: RUN_TIME_CHUNKS }, (_, at) => at);
  const [shape = ''] = emit('Shape', [updates]);
  const [rows = ''] = emit('Gather', [shape, context.constant(int64([0]))]);
  const count = context.constant(int64([RUN_TIME_CHUNKS]));
  const [ends, starts] = [places.map((at) => at + 1), places].map((factors) => {
    const [scaled = ''] = emit('Mul', [rows, context.constant(int64(factors))]);
    return emit('Div', [scaled, count])[0] ?? '';
  });
  return emit('Sub', [ends ?? '', starts ?? ''])[0] ?? '';
}
