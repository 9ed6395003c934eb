import { UsageError } from '../errors.ts';
import type { Emitter } from '../gradient/emitter.ts';
import type { Factor, GradientRows, SlicedFactor } from '../gradient/gradient-rows.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import { int64, scalar, tensor } from '../tensor/tensor.ts';
import type { GradientSource } from './gradient-source.ts';

const MATRIX_AXES = 2;

type Named<Value> = Value & { readonly input: string };

/** The factors of rows, with the names of their inputs: those that are sliced, and those that are not. */
export function factorsOf({ sliced, shared }: GradientRows): [Named<SlicedFactor>[], Named<Factor>[]] {
  return [
    sliced.map((factor, at) => ({ ...factor, input: `sliced_${at}` })),
    shared.map((factor, at) => ({ ...factor, input: `shared_${at}` })),
  ];
}

/** Adds the gradient of some consecutive entries of a weight, flat; its inputs are those of `DeferredUpdate`. */
export function gradientPiece(graph: GraphBuilder, source: GradientSource): string {
  if (source.kind === 'whole') return graph.input('gradient', 'float32', ['entries']);
  const rows = source.kind === 'factors' ? partOfFactors(graph, source.blocks) : partOfRows(graph, source.dims);
  return graph.node('Reshape', [rows, list(graph, [-1])]);
}

/** The sums of each entry are those of the whole gradient. */
function partOfFactors(graph: GraphBuilder, [block]: readonly GradientRows[]): string {
  if (!block) throw new UsageError('ARGUMENT_INVALID', 'Gradient must have a block of rows, got none');
  const { from, to } = bounds(graph);
  const [sliced, shared] = factorsOf(block);
  const whole = ({ input, shape }: Named<Factor>): string => {
    return graph.input(input, 'float32', new Array(shape?.dims.length ?? MATRIX_AXES).fill(undefined));
  };
  const parts = sliced.map((factor) => graph.node('Slice', [whole(factor), from, to, list(graph, [factor.axis])]));
  const others = shared.map(whole);
  return block.build(emitterOf(graph), parts, others);
}

/** Adds nodes to the graph. */
export function emitterOf(graph: GraphBuilder): Emitter {
  return {
    op: (operator, inputs, attributes) => graph.node(operator, inputs, attributes),
    constant: (value) => graph.constant(value),
  };
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
