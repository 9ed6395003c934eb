import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';

/** Ratio and mode are inputs since this operator set; before, the operator drops nothing at inference. */
const INPUTS_OPSET = 12;

/**
 * What the mask keeps, scaled as in the forward pass; dy itself where nothing is dropped.
 *
 * @see ONNX Dropout-13
 */
export const dropoutGradient: GradientRule = (context) => [
  () => {
    const isTraining = trainingMode(context);
    if (isTraining === false || constantRatio(context) === 0) return context.gradient();
    const kept = context.op('Where', [context.namedOutput(1), context.gradient(), context.scalar(0)]);
    const factor = scale(context);
    const whileTraining = isTraining ? factor : context.op('Where', [context.input(2), factor, context.scalar(1)]);
    return context.op('Mul', [kept, whileTraining]);
  },
  undefined,
  undefined,
];

/** `undefined`: known at run time. */
function trainingMode(context: RuleContext): boolean | undefined {
  if (context.opset < INPUTS_OPSET || context.input(2) === '') return false;
  const value = context.shapes.constant(2)?.data[0];
  return value === undefined ? undefined : value === 1;
}

function constantRatio(context: RuleContext): number | undefined {
  if (context.input(1) === '') return 0.5;
  const ratio = context.shapes.constant(1);
  return ratio?.type === 'float32' || ratio?.type === 'float64' ? ratio.data[0] : undefined;
}

/** 1 / (1 - ratio) */
function scale(context: RuleContext): string {
  const ratio = constantRatio(context);
  if (ratio !== undefined) return context.scalar(1 / (1 - ratio));
  const { floatType } = context;
  const value = context.input(1);
  const ownType =
    context.inputType(1).type === floatType ? value : context.op('Cast', [value], { to: DATA_TYPE[floatType] });
  return context.op('Reciprocal', [context.op('Sub', [context.scalar(1), ownType])]);
}
