import { floatAttribute } from '../../../format/attributes.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { slopeBySign } from '../../slope-by-sign.ts';

/** ONNX Selu-22 */
const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

/** Slopes of a unit on both sides of 0; below 0 it is `below + y * perOutput`. */
interface Slopes {
  readonly below: number;
  readonly above: number;
  readonly perOutput: number;
}

/** y = x where x > 0, else alpha (exp(x) - 1). ONNX Elu-22 */
export const eluGradient: GradientRule = (context) => [
  () => unitGradient(context, { below: alphaOf(context, 1), above: 1, perOutput: 1 }),
];

/** y = gamma x where x > 0, else gamma alpha (exp(x) - 1). ONNX Selu-22 */
export const seluGradient: GradientRule = (context) => [
  () => {
    const gamma = floatAttribute(context.node, 'gamma', SELU_GAMMA);
    if (gamma <= 0) throw context.refusal(`a gamma above 0, got ${gamma}`);
    return unitGradient(context, { below: gamma * alphaOf(context, SELU_ALPHA), above: gamma, perOutput: 1 });
  },
];

/** y = x where x > 0, else alpha (exp(x / alpha) - 1). ONNX Celu-12 */
export const celuGradient: GradientRule = (context) => [
  () => unitGradient(context, { below: 1, above: 1, perOutput: 1 / alphaOf(context, 1) }),
];

/** Below 0, the output tells x's sign and the exponential, which is not computed again. */
function unitGradient(context: RuleContext, { below, above, perOutput }: Slopes): string {
  const negative = context.op('Clip', [context.output(), '', context.scalar(0)]);
  const change = perOutput === 1 ? negative : context.op('Mul', [negative, context.scalar(perOutput)]);
  const base = below === above ? context.scalar(below) : slopeBySign(context, context.output(), below, above);
  return context.op('Mul', [context.gradient(), context.op('Add', [change, base])]);
}

function alphaOf(context: RuleContext, fallback: number): number {
  const alpha = floatAttribute(context.node, 'alpha', fallback);
  if (alpha <= 0) throw context.refusal(`an alpha above 0, got ${alpha}`);
  return alpha;
}
