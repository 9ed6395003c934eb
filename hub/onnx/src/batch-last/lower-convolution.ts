import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { type BatchLastGraph, type BatchLastValue, product } from './batch-last-graph.ts';
import { ColumnConvolution } from './column-convolution.ts';
import type { Followers } from './followers.ts';
import { convolutionGeometry, poolingGeometry } from './geometries.ts';
import { RowConvolution } from './row-convolution.ts';
import { axisReads, type WindowReads, windowReads } from './window-reads.ts';

/**
 * Most columns of one convolution, in entries per row of the batch: 8 MB for 64 rows. Where there are more, nearly all
 * time goes into products, which ONNX Runtime's own kernels compute as fast in less memory.
 */
const LARGEST_COLUMNS = 2 ** 15;

/** Widest rows that are multiplied with bands. */
const WIDEST_ROW = 64;

/**
 * Lowers a Conv whose every channel is a group of its own.
 *
 * @returns whether that is possible
 */
export function lowerDepthwise(graph: BatchLastGraph, node: Node): boolean {
  const geometry = convolutionGeometry(node, graph.types);
  const [x = '', weights = '', bias = ''] = node.input;
  const [features, perGroup, ...kernel] = knownDims(graph, weights) ?? [];
  const group = intAttribute(node, 'group', 1);
  if (!geometry || group === 1 || features !== group || perGroup !== 1 || kernel.length > 2) return false;
  const reads = geometry.axes.map((axis, at) => axisReads(axis, geometry.sizes[at] ?? 0, geometry.counts[at] ?? 0));
  const width = geometry.sizes.at(-1) ?? 0;
  const input = width <= WIDEST_ROW ? graph.enter(x) : undefined;
  if (!input) return false;
  const [rows = [], places = []] = reads.length === 1 ? [[[0]], ...reads] : reads;
  const convolution = new RowConvolution({
    ...{ input, weights, bias: bias || undefined, kernel },
    ...{ rows, places, width },
  });
  const name = graph.compose(convolution, [input.name, weights, bias]);
  const sizes = geometry.counts;
  graph.set(node.output[0] ?? '', { name, channels: group, positions: product(sizes), sizes });
  return true;
}

/**
 * Lowers a Conv without groups, together with the pooling behind it where there is one.
 *
 * @returns whether that is possible
 */
export function lowerConvolution(graph: BatchLastGraph, node: Node, followers: Followers | undefined): boolean {
  const geometry = convolutionGeometry(node, graph.types);
  const [x = '', weights = '', bias = ''] = node.input;
  const [features, channels, ...kernel] = knownDims(graph, weights) ?? [];
  if (!geometry || !features || !channels || intAttribute(node, 'group', 1) !== 1) return false;
  if (channels * product(kernel) * product(geometry.counts) > LARGEST_COLUMNS) return false;
  const reads = windowReads(geometry);
  const input = graph.enter(x);
  if (!input) return false;
  const pooled = followers && poolingGeometry(followers.pooling, graph.types);
  const convolution = new ColumnConvolution({
    ...{ input, weights, bias: bias || undefined, features, kernel },
    parts: pooled ? windowReads(pooled).map((windows) => readsAt(reads, windows)) : [reads],
  });
  const name = graph.compose(convolution, [input.name, weights, bias]);
  const sizes = pooled?.counts ?? geometry.counts;
  const value = { name, channels: features, positions: product(sizes), sizes };
  if (followers) setBehind(graph, followers, value);
  else graph.set(node.output[0] ?? '', value);
  return true;
}

function knownDims({ types }: BatchLastGraph, value: string): readonly number[] | undefined {
  const { type, dims } = types.typeOf(value);
  return type === 'float32' && dims?.every((dim) => typeof dim === 'number') ? dims : undefined;
}

/** Reads of some of the windows. */
function readsAt(reads: WindowReads, windows: readonly number[]): WindowReads {
  return reads.map((own) => windows.map((window) => own[window] ?? -1));
}

function setBehind(graph: BatchLastGraph, { activation, pooling }: Followers, value: BatchLastValue): void {
  const [output = ''] = pooling.output;
  const name = activation ? graph.fresh(`${output}_batch_last`) : value.name;
  if (activation) graph.keep(activation, { input: [value.name], output: [name] });
  graph.set(output, { ...value, name });
}
