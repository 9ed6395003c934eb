import { stringAttribute } from '../../format/attributes.ts';
import type { ValueType } from '../../graph/value-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function loss(context: ShapeContext): ValueType {
  const isReduced = stringAttribute(context.node, 'reduction', 'mean') !== 'none';
  return { type: inputType(context, 0).type, dims: isReduced ? [] : inputType(context, 1).dims };
}

/** Types behind the operators that are losses. */
export const LOSS_RULES: Readonly<Record<string, ShapeRule>> = {
  NegativeLogLikelihoodLoss: (context) => [loss(context)],
  SoftmaxCrossEntropyLoss: (context) => [loss(context), inputType(context, 0)],
};
