import { type GraphBuilder, int64 } from '@edgeloop/onnx';

/** Makes [batch, any] numbers [batch, length]: zeros behind the shorter ones, the longer ones cut off. */
export function fitLength(graph: GraphBuilder, value: string, length: number): string {
  const padded = graph.node('Pad', [value, graph.constant(int64([0, 0, 0, length]), 'pads')]);
  const [first, last, axis] = [[0], [length], [1]].map((part) => graph.constant(int64(part)));
  const cut = graph.node('Slice', [padded, first, last, axis]);
  // The same once more, so that the length is known before a text is.
  return graph.node('Reshape', [cut, graph.constant(int64([-1, length]))]);
}
