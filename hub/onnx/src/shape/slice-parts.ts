import { intsAttribute } from '../format/attributes.ts';
import type { Dim } from '../graph/value-type.ts';
import { hasInput, integerParameter, integersOf } from './integer-parameter.ts';
import { inputType, positiveAxis, type ShapeContext } from './shape-rule.ts';

/** One sliced axis. `start` and `end` as the node has them; `undefined` where they are decided at run time. */
export interface SlicePart {
  /** Counted from the front. */
  readonly axis: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly step: number | undefined;
}

/**
 * The sliced axes of a Slice node: attributes before opset 10, inputs since.
 *
 * `undefined`: which axes are sliced is not known before run time.
 */
export function sliceParts(context: ShapeContext): SlicePart[] | undefined {
  const rank = inputType(context, 0).dims?.length;
  const starts = integerParameter(context, 'starts', 1);
  const ends = integerParameter(context, 'ends', 2);
  const axes = axesOf(context, starts?.length ?? ends?.length ?? sizeOf(inputType(context, 1).dims));
  if (rank === undefined || !axes) return undefined;
  const steps = hasInput(context, 4) ? integersOf(context.constant(4)) : axes.map(() => 1);
  return axes.map((axis, at) => ({
    axis: positiveAxis(axis, rank),
    start: starts?.[at],
    end: ends?.[at],
    step: steps?.[at],
  }));
}

function axesOf(context: ShapeContext, count: number | undefined): number[] | undefined {
  const attribute = intsAttribute(context.node, 'axes');
  if (attribute) return attribute;
  if (hasInput(context, 3)) return integersOf(context.constant(3));
  return count === undefined ? undefined : Array.from({ length: count }, (_, axis) => axis);
}

function sizeOf(dims: readonly Dim[] | undefined): number | undefined {
  const [size] = dims ?? [];
  return typeof size === 'number' ? size : undefined;
}

/** First index and count of the entries that a part takes from `size` ones. ONNX Slice-13 */
export function sliceRange(size: number, part: SlicePart): { first: number; count: number } | undefined {
  const { start, end, step } = part;
  if (start === undefined || end === undefined || step === undefined) return undefined;
  const [last, stop] = step < 0 ? [size - 1, -1] : [size, 0];
  const first = clamp(fromFront(start, size), 0, last);
  return { first, count: Math.max(0, Math.ceil((clamp(fromFront(end, size), stop, last) - first) / step)) };
}

function fromFront(index: number, size: number): number {
  return index < 0 ? index + size : index;
}

function clamp(index: number, low: number, high: number): number {
  return Math.min(Math.max(index, low), high);
}

/** Size of a sliced axis. */
export function slicedDim(dim: Dim, part: SlicePart): Dim {
  if (typeof dim === 'number') return sliceRange(dim, part)?.count;
  return takesAll(part) ? dim : undefined;
}

// Exporters write "to the end" as a number no axis can have.
const NO_SIZE = 2 ** 31 - 1;

function takesAll({ start, end, step }: SlicePart): boolean {
  if (start === undefined || end === undefined) return false;
  if (step === 1) return start === 0 && end >= NO_SIZE;
  return step === -1 && (start === -1 || start >= NO_SIZE) && end <= -NO_SIZE;
}
