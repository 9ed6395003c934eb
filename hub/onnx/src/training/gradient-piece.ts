import { float } from '../format/attributes.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dim } from '../graph/value-type.ts';
import { int64, scalar, tensor } from '../tensor/tensor.ts';
import type { GradientSource } from './gradient-source.ts';

const MATRIX: readonly Dim[] = [undefined, undefined];

/** Adds the gradient of some consecutive entries of a weight, flat; its inputs are those of `DeferredUpdate`. */
export function gradientPiece(graph: GraphBuilder, source: GradientSource): string {
  if (source.kind === 'whole') return graph.input('gradient', 'float32', ['entries']);
  const rows = source.kind === 'product' ? partOfProduct(graph, source.form) : partOfRows(graph, source.dims);
  return graph.node('Reshape', [rows, list(graph, [-1])]);
}

/** The sums of each entry are those of the whole product. */
function partOfProduct(
  graph: GraphBuilder,
  { alpha, transA, transB }: Extract<GradientSource, { kind: 'product' }>['form'],
): string {
  const [left, right] = ['left', 'right'].map((name) => graph.input(name, 'float32', MATRIX));
  const { from, to } = bounds(graph);
  const part = graph.node('Slice', [left, from, to, list(graph, [transA])]);
  return graph.node('Gemm', [part, right], { alpha: float(alpha), transA, transB });
}

/** Adds up the updates whose row is among these, in their order. */
function partOfRows(graph: GraphBuilder, [count = 0, ...row]: readonly number[]): string {
  const size = row.reduce((product, dim) => product * dim, 1);
  const indices = graph.input('indices', 'int64', ['updates']);
  const updates = graph.input('updates', 'float32', ['updates', size]);
  const { from, to } = bounds(graph);
  const zero = graph.constant(tensor('int64', [], BigInt64Array.of(0n)));
  // Gather counts negative indices from the end.
  const isBehind = graph.node('Less', [indices, zero]);
  const places = graph.node('Where', [isBehind, graph.node('Add', [indices, list(graph, [count])]), indices]);
  const local = graph.node('Sub', [places, from]);
  const length = graph.node('Sub', [to, from]);
  const isBefore = graph.node('Less', [local, zero]);
  const isPart = graph.node('And', [graph.node('Not', [isBefore]), graph.node('Less', [local, length])]);
  const [at, part] = [local, updates].map((value) => graph.node('Compress', [value, isPart], { axis: 0 }));
  const shape = graph.node('Concat', [length, list(graph, [size])], { axis: 0 });
  const zeros = graph.node('Expand', [graph.constant(scalar(0)), shape]);
  const columns = graph.node('Unsqueeze', [at, list(graph, [-1])]);
  return graph.node('ScatterND', [zeros, columns, part], { reduction: 'add' });
}

function bounds(graph: GraphBuilder): { readonly from: string; readonly to: string } {
  return { from: graph.input('from', 'int64', [1]), to: graph.input('to', 'int64', [1]) };
}

function list(graph: GraphBuilder, values: readonly number[]): string {
  return graph.constant(int64(values));
}
