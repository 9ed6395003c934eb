import { intAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule } from '../../rule-context.ts';

/**
 * y = x / norm: dx = (dy - direction sum(dy y)) / norm, where the direction is y for p = 2 and sign(x) for p = 1.
 *
 * Where the norm is 0, ONNX Runtime gives 0, and so does the gradient.
 *
 * @see ONNX LpNormalization-1
 */
export const lpNormalizationGradient: GradientRule = (context) => [
  () => {
    const [x, y, dy] = [context.input(0), context.output(), context.gradient()];
    const axis = context.constant(int64([intAttribute(context.node, 'axis', -1)]));
    const sum = (value: string): string => context.op('ReduceSum', [value, axis], { keepdims: 1 });
    const isEuclidean = intAttribute(context.node, 'p', 2) === 2;
    // The sum of x y is the Euclidean norm itself.
    const norm = sum(isEuclidean ? context.op('Mul', [x, y]) : context.op('Abs', [x]));
    const direction = isEuclidean ? y : context.op('Sign', [x]);
    const along = context.op('Mul', [direction, sum(context.op('Mul', [dy, y]))]);
    const isZero = context.op('Equal', [norm, context.scalar(0)]);
    const factor = context.op('Where', [isZero, context.scalar(0), context.op('Reciprocal', [norm])]);
    return context.op('Mul', [context.op('Sub', [dy, along]), factor]);
  },
];
