import { intsAttribute } from '../../../format/attributes.ts';
import type { GradientRule } from '../../rule-context.ts';

/** The inverse permutation; without `perm` the axes are reversed, which is its own inverse. */
export const transposeGradient: GradientRule = (context) => [
  () => {
    const order = intsAttribute(context.node, 'perm');
    const perm = order?.map((_, axis) => order.indexOf(axis));
    return context.op('Transpose', [context.gradient()], { perm });
  },
];
