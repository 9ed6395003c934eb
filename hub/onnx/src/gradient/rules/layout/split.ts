import { intAttribute } from '../../../format/attributes.ts';
import { zerosLikeOutput } from '../../filled.ts';
import type { GradientRule } from '../../rule-context.ts';

/** The gradients of the parts one behind the other, zeros for a part that the loss does not depend on. */
export const splitGradient: GradientRule = (context) => [
  () => {
    const parts = context.node.output.map((_, part) => context.gradientOf(part) ?? zerosLikeOutput(context, part));
    return context.op('Concat', parts, { axis: intAttribute(context.node, 'axis', 0) });
  },
  undefined,
];
