import { intAttribute, stringAttribute } from '../../../format/attributes.ts';
import { type ResizedAxis, resizedAxes } from '../../../shape/resize-scales.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { knownProduct } from '../../lengths.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import {
  type Interpolation,
  interpolationMatrix,
  isCoordinateMode,
  isRoundingMode,
  repeatsEntries,
  type ScaledAxis,
} from './interpolation.ts';

/**
 * Resizing is linear in x and works axis by axis, so dx is dy times the transposed matrix of each resized axis.
 *
 * Where entries are only repeated, pooling sums the copies: twice as fast, and possible with sizes that are known at
 * run time.
 *
 * @see ONNX Resize-19
 */
export const resizeGradient: GradientRule = (context) => [
  () => {
    const axes = resizedAxes(context.shapes)?.map((axis, at) => ({ ...axis, at }));
    if (!axes) throw context.refusal('an input of known rank');
    const changed = axes.filter(({ size, resized, scale }) => scale !== 1 || size !== resized);
    const interpolation = interpolationOf(context, changed);
    // ONNX Runtime copies an input whose sizes stay, whatever the scales say.
    if (axes.every(({ size, resized }) => size !== undefined && size === resized)) return context.gradient();
    return (
      sumOfCopies(context, changed, interpolation) ??
      timesMatrices(context, changed.map(requireSizes(context)), interpolation)
    );
  },
  undefined,
  undefined,
  undefined,
];

/** An axis of the input by its place. */
type PlacedAxis<Axis> = Axis & { readonly at: number };

function interpolationOf(context: RuleContext, axes: readonly ResizedAxis[]): Interpolation {
  const { node } = context;
  const isOld = node.opType === 'Upsample' || context.opset < 11;
  const mode = stringAttribute(node, 'mode', 'nearest');
  const coordinates = stringAttribute(node, 'coordinate_transformation_mode', isOld ? 'asymmetric' : 'half_pixel');
  const rounding = stringAttribute(node, 'nearest_mode', isOld ? 'floor' : 'round_prefer_floor');
  if (mode !== 'nearest' && mode !== 'linear') throw context.refusal(`mode nearest or linear, got ${mode}`);
  if (!isCoordinateMode(coordinates)) throw context.refusal(`coordinates within the input, got ${coordinates}`);
  if (!isRoundingMode(rounding)) throw context.refusal(`a known nearest_mode, got ${rounding}`);
  // Before coordinates could be chosen, ONNX Runtime rounded up where it shrinks and down where it enlarges.
  const isShrunk = axes.some(({ scale = 0 }) => scale < 1);
  if (isOld && mode === 'nearest' && isShrunk) throw context.refusal('an operator set of at least 11 where it shrinks');
  const isSmoothed = intAttribute(node, 'antialias', 0) === 1 && isShrunk;
  if (isSmoothed) throw context.refusal('no antialias where it shrinks its input');
  return { mode, coordinates, rounding };
}

function requireSizes(context: RuleContext) {
  return ({ size, resized, scale, at }: PlacedAxis<ResizedAxis>): PlacedAxis<ScaledAxis> => {
    if (typeof size === 'number' && typeof resized === 'number' && scale !== undefined) {
      return { size, resized, scale, at };
    }
    throw context.refusal(`sizes along axis ${at} that are known while the graph is built`);
  };
}

/** dy summed over the copies of each entry; `undefined` where Resize does more than to repeat entries. */
function sumOfCopies(
  context: RuleContext,
  axes: readonly PlacedAxis<ResizedAxis>[],
  interpolation: Interpolation,
): string | undefined {
  const rank = context.inputType(0).dims?.length ?? 0;
  const isPoolable = rank >= 3 && rank <= 5 && axes.every(({ at }) => at >= 2) && context.floatType === 'float32';
  const scales = axes.map(({ scale = 0, size, resized }) => {
    // Sizes that are no multiples of the scale leave a rest that pooling would drop.
    const isExact = typeof size !== 'number' || size * scale === resized;
    return isExact && Number.isInteger(scale) && scale >= 1 ? scale : 0;
  });
  if (!isPoolable || scales.includes(0) || !repeatsEntries(interpolation)) return undefined;
  const kernel = new Array<number>(rank - 2).fill(1);
  for (const [index, { at }] of axes.entries()) kernel[at - 2] = scales[index] ?? 1;
  // In front of the pool: ONNX Runtime makes a Pad, the gradient of a Slice, part of a pool right behind it, and fails
  // to load it where it pads more than a window.
  const counted = context.scalar(kernel.reduce((count, scale) => count * scale, 1));
  const gradient = context.op('Mul', [context.gradient(), counted]);
  return context.op('AveragePool', [gradient], { kernel_shape: kernel, strides: kernel });
}

/** From the last axis on, so that the products in front of it are the smaller ones. */
function timesMatrices(
  context: RuleContext,
  axes: readonly PlacedAxis<ScaledAxis>[],
  interpolation: Interpolation,
): string {
  const rank = context.inputType(0).dims?.length ?? 0;
  let value = context.gradient();
  for (const axis of axes.toReversed()) {
    const matrix = interpolationMatrix(axis, interpolation);
    const isLast = axis.at === rank - 1;
    if (isLast) value = context.op('MatMul', [value, context.floats(matrix, [axis.resized, axis.size])]);
    else value = context.op('MatMul', [transposed(context, axis, matrix), rowsOf(context, value, axis)]);
  }
  return axes.some(({ at }) => at < rank - 2) ? context.op('Reshape', [value, context.shapeOf(0)]) : value;
}

function transposed(context: RuleContext, { size, resized }: ScaledAxis, matrix: readonly number[]): string {
  const turned = matrix.map((_, at) => matrix[(at % resized) * size + Math.floor(at / resized)] ?? 0);
  return context.floats(turned, [size, resized]);
}

/** The value with the axis last but one. */
function rowsOf(context: RuleContext, value: string, { at, resized }: PlacedAxis<ScaledAxis>): string {
  const behind = context.inputType(0).dims?.slice(at + 1) ?? [];
  if (behind.length === 1) return value;
  const width = knownProduct(behind);
  if (width === undefined) throw context.refusal(`known sizes behind axis ${at}`);
  return context.op('Reshape', [value, context.constant(int64([-1, resized, width]))]);
}
