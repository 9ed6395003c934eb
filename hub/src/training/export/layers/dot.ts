import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerExporter } from '../layer-exporter.ts';
import type { LayerValue } from '../layer-value.ts';

interface DotConfig {
  readonly axes: number | readonly [number, number];
  readonly normalize: boolean;
}

/** Square sums below this count as this much; the library's epsilon. */
const SMALLEST_SQUARE_SUM = 1e-7;

/** Products of two values along one axis of each, row by row of the batch. */
export const dot: LayerExporter = ({ layer, inputs, shape }, context) => {
  const { axes, normalize } = configOf<DotConfig>({ layer });
  const [left, right] = inputs.map((input, at) => {
    const axis = [axes].flat().at(at === 0 ? 0 : -1) ?? -1;
    return { input, axis: axis < 0 ? axis + input.shape.length : axis };
  });
  if (left === undefined || right === undefined) throw context.refusal(layer, `it has ${inputs.length} inputs`);
  if (left.axis === 0 || right.axis === 0) throw context.refusal(layer, 'it multiplies along the batch');
  const sides = [matrix(left, normalize, 'row', context), matrix(right, normalize, 'column', context)];
  const product = context.node('MatMul', sides);
  return { name: context.reshaped(product, [0, ...shape.slice(1)]), mask: null };
};

interface Side {
  readonly input: LayerValue;
  readonly axis: number;
}

/** [batch, others, axis] of the left side, [batch, axis, others] of the right one; a vector counts as one row or column. */
function matrix({ input, axis }: Side, normalize: boolean, as: 'row' | 'column', context: ExportContext): string {
  const scaled = { ...input, name: normalize ? unitVectors({ input, axis }, context) : input.name };
  const plain = normalize ? { ...scaled, axes: input.shape.map((_, at) => at), flattened: undefined } : scaled;
  if (input.shape.length === 2) {
    return context.node('Unsqueeze', [context.plain(plain), context.integers([as === 'row' ? 1 : 2])]);
  }
  const other = 3 - axis;
  return context.arranged(plain, as === 'row' ? [0, other, axis] : [0, axis, other]);
}

function unitVectors({ input, axis }: Side, context: ExportContext): string {
  const value = context.plain(input);
  const squares = context.node('ReduceSumSquare', [value, context.integers([axis])], { keepdims: 1 });
  const bounded = context.node('Max', [squares, context.number(SMALLEST_SQUARE_SUM)]);
  return context.node('Div', [value, context.node('Sqrt', [bounded])]);
}
