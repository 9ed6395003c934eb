import { intAttribute } from '../../../format/attributes.ts';
import { positiveAxis } from '../../../shape/shape-rule.ts';
import { DATA_TYPE, type ElementType } from '../../../tensor/element-type.ts';
import { floatTensor } from '../../../tensor/float-tensor.ts';
import { int64, type Tensor } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';

/** Values between which nothing is clipped. */
export interface ClippingRange {
  /** A scalar, or [channel, 1, ...] that goes with the axis of the channels; so is `high`. */
  readonly low: string;
  readonly high: string;
  readonly isPerChannel: boolean;
}

/** Least and largest integer of the types that are computed with. */
const LIMITS: Readonly<Partial<Record<ElementType, readonly [low: number, high: number]>>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
};
/** What is nearer to a limit than to the integer beyond it is rounded to the limit. */
const HALF = 0.5;

/** The values that a QuantizeLinear rounds to integers of its type, as it would without limits. */
export function clippingRange(context: RuleContext): ClippingRange {
  const limits = LIMITS[context.outputType().type ?? 'uint8'];
  if (!limits) throw context.refusal('integers of 8 or 16 bits as its output');
  const scaleDims = context.inputType(1).dims;
  if (!scaleDims) throw context.refusal('a scale of known rank');
  const isPerChannel = scaleDims.length > 0 && scaleDims[0] !== 1;
  const dims = isPerChannel ? dimsAlongAxis(context) : [];
  const bound = (limit: number): string => constantBound(context, limit, dims) ?? computedBound(context, limit, dims);
  return { low: bound(limits[0] - HALF), high: bound(limits[1] + HALF), isPerChannel };
}

/** (limit - zeroPoint) * scale, where both are known. */
function constantBound(context: RuleContext, limit: number, dims: readonly number[]): string | undefined {
  const [scale, zeroPoint] = [context.shapes.constant(1), context.shapes.constant(2)];
  if (!scale || (context.input(2) !== '' && !zeroPoint)) return undefined;
  const points = zeroPoint ? numbers(zeroPoint) : [0];
  const bounds = numbers(scale).map((step, at) => (limit - (points[at] ?? points[0] ?? 0)) * step);
  const known = dims.map((dim) => (dim === -1 ? bounds.length : dim));
  return context.constant(floatTensor(context.inputType(0).type ?? 'float32', bounds, known));
}

function computedBound(context: RuleContext, limit: number, dims: readonly number[]): string {
  const type = context.inputType(0).type ?? 'float32';
  const edge = context.constant(floatTensor(type, [limit], []));
  const steps =
    context.input(2) === ''
      ? edge
      : context.op('Sub', [edge, context.op('Cast', [context.input(2)], { to: DATA_TYPE[type] })]);
  return context.op('Reshape', [context.op('Mul', [context.input(1), steps]), context.constant(int64(dims))]);
}

/** The channels, then a 1 for every axis behind theirs. */
function dimsAlongAxis(context: RuleContext): number[] {
  const rank = context.inputType(0).dims?.length;
  if (rank === undefined) throw context.refusal('an input of known rank');
  const axis = positiveAxis(intAttribute(context.node, 'axis', 1), rank);
  return Array.from({ length: rank - axis }, (_, at) => (at === 0 ? -1 : 1));
}

function numbers({ data }: Tensor): number[] {
  return Array.from(data as ArrayLike<number>, Number);
}
