import { float32, type GraphBuilder, scalar, tensor } from '@edgeloop/onnx';
import { LARGEST_FLOAT, type NumberFigures } from './number-figures.ts';

/** IEEE 754: the smallest normal float32. The inverse of a smaller scale would be infinite, and 0 times it none. */
const SMALLEST_SCALE = 2 ** -126;

/**
 * Adds the nodes that fill, cut and scale numbers whose last axis is the column; returns the value, of the same shape.
 *
 * @param isMissing bool of the same shape
 */
export function scaleNumbers(
  graph: GraphBuilder,
  value: string,
  isMissing: string,
  figures: readonly NumberFigures[],
): string {
  const row = (name: string, of: (column: NumberFigures) => number): string =>
    graph.constant(float32(figures.map(of)), name);
  const filled = graph.node('Where', [isMissing, row('fill', ({ fill }) => fill), value]);
  const isCut = figures.some(({ low, high }) => low > -LARGEST_FLOAT || high < LARGEST_FLOAT);
  const cut = isCut
    ? between(
        graph,
        filled,
        row('low', ({ low }) => low),
        row('high', ({ high }) => high),
      )
    : filled;
  const centered = graph.node('Sub', [cut, row('center', ({ center }) => center)]);
  const scaled = graph.node('Mul', [
    centered,
    row('inverse_scale', ({ scale }) => 1 / Math.max(scale, SMALLEST_SCALE)),
  ]);
  const squashed = squash(graph, scaled, figures);
  const [limit = 0] = figures.map((column) => column.limit);
  if (figures.every((column) => column.limit === limit)) {
    return graph.node('Clip', [squashed, graph.constant(scalar(-limit)), graph.constant(scalar(limit))]);
  }
  return between(
    graph,
    squashed,
    row('least', (column) => -column.limit),
    row('most', (column) => column.limit),
  );
}

function between(graph: GraphBuilder, value: string, low: string, high: string): string {
  return graph.node('Min', [graph.node('Max', [value, low]), high]);
}

function squash(graph: GraphBuilder, value: string, figures: readonly NumberFigures[]): string {
  if (!figures.some(({ isSquashed }) => isSquashed)) return value;
  const squashed = graph.node('Asinh', [value]);
  if (figures.every(({ isSquashed }) => isSquashed)) return squashed;
  const mask = tensor(
    'bool',
    [figures.length],
    Uint8Array.from(figures, ({ isSquashed }) => Number(isSquashed)),
  );
  return graph.node('Where', [graph.constant(mask, 'is_squashed'), squashed, value]);
}
