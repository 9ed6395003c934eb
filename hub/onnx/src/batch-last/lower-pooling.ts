import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { averagedEntries } from '../gradient/rules/convolution/averaged-entries.ts';
import { reducedAxes } from '../shape/rules/reduction.ts';
import { int64, scalar } from '../tensor/tensor.ts';
import { type BatchLastGraph, product } from './batch-last-graph.ts';
import { ColumnAveragePooling, ColumnMaxPooling } from './column-pooling.ts';
import { poolingGeometry } from './geometries.ts';
import { type PositionValue, reshaped } from './positions.ts';
import { type WindowReads, windowReads } from './window-reads.ts';

/**
 * Most entries that the windows of a MaxPool read, per row of the batch, where they overlap: 256 KiB. The gradient has
 * several values of that size, and where there are more, indices take half the memory.
 */
const MOST_OVERLAPPED_ENTRIES = 2 ** 16;

/** Lowers MaxPool and AveragePool of a value that has the batch last; returns whether that is possible. */
export function lowerPooling(graph: BatchLastGraph, node: Node): boolean {
  const input = graph.known(node.input[0] ?? '');
  const geometry = poolingGeometry(node, graph.types);
  if (!input || !geometry || node.output.length > 1) return false;
  const reads = windowReads(geometry);
  if (node.opType === 'MaxPool' && isLarge(reads, input)) return false;
  const pooling =
    node.opType === 'MaxPool'
      ? new ColumnMaxPooling(input, reads)
      : new ColumnAveragePooling(input, reads, averagedEntries(node, geometry));
  const name = graph.compose(pooling, [input.name]);
  const { channels } = input;
  graph.set(node.output[0] ?? '', { name, channels, positions: product(geometry.counts), sizes: geometry.counts });
  return true;
}

function isLarge(reads: WindowReads, { channels, positions }: PositionValue): boolean {
  const entries = reads.length * (reads[0]?.length ?? 0);
  return entries > positions && channels * entries > MOST_OVERLAPPED_ENTRIES;
}

/** Lowers GlobalAveragePool of a value that has the batch last. */
export function lowerGlobalAverage(graph: BatchLastGraph, node: Node): boolean {
  return lowerMean(graph, node, true);
}

/** Lowers a ReduceMean over all spatial axes of a value that has the batch last. */
export function lowerReduceMean(graph: BatchLastGraph, node: Node): boolean {
  const axes = reducedAxes(graph.types.contextOf(node));
  const { sizes = [] } = graph.known(node.input[0] ?? '') ?? {};
  const isSpatial = axes?.length === sizes.length && sizes.every((_, axis) => axes.includes(axis + 2));
  return isSpatial && lowerMean(graph, node, intAttribute(node, 'keepdims', 1) === 1);
}

function lowerMean(graph: BatchLastGraph, node: Node, keepsAxes: boolean): boolean {
  const input = graph.known(node.input[0] ?? '');
  if (!input) return false;
  const { name, channels, positions, sizes } = input;
  const emit = graph.visible;
  const rows = reshaped(emit, name, channels, positions);
  const sum = emit.op('ReduceSum', [rows, emit.constant(int64([1]))], { keepdims: 0 });
  const mean = emit.op('Mul', [sum, emit.constant(scalar(1 / positions))]);
  graph.set(node.output[0] ?? '', { name: mean, channels, positions: 1, sizes: keepsAxes ? sizes.map(() => 1) : [] });
  return true;
}
