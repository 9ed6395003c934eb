import type { GradientRule } from '../../rule-context.ts';

/** dx = dy where min <= x <= max, else 0. The limits get no gradient. ONNX Clip-13 */
export const clipGradient: GradientRule = (context) => [
  () => {
    const [x, min, max] = [context.input(0), context.input(1), context.input(2)];
    const isAbove = min === '' ? undefined : context.op('GreaterOrEqual', [x, min]);
    const isBelow = max === '' ? undefined : context.op('LessOrEqual', [x, max]);
    const passes = isAbove && isBelow ? context.op('And', [isAbove, isBelow]) : (isAbove ?? isBelow);
    return passes ? context.op('Where', [passes, context.gradient(), context.scalar(0)]) : context.gradient();
  },
  undefined,
  undefined,
];
