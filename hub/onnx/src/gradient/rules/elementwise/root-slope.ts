import type { RuleContext } from '../../rule-context.ts';

/** Below twice the root of any positive number of the type. */
const LEAST_DOUBLED_ROOT = 2 ** -76;
const LEAST_DOUBLED_ROOT_FLOAT16 = 2 ** -12;

/**
 * dx = dy / (2 y) for y = sqrt(x), and large but finite at y = 0: times the 0 of a Relu or of a mask in front, infinity
 * would be no number.
 */
export function rootSlope(context: RuleContext): string {
  const least = context.floatType === 'float16' ? LEAST_DOUBLED_ROOT_FLOAT16 : LEAST_DOUBLED_ROOT;
  const doubled = context.op('Mul', [context.output(), context.scalar(2)]);
  return context.op('Div', [context.gradient(), context.op('Max', [doubled, context.scalar(least)])]);
}
