import { float } from '../format/attributes.ts';
import type { RuleContext } from './rule-context.ts';

/**
 * Brings every number a network holds to the far side of 1 and keeps it finite: exact from 8e-31 to 2e8. Half floats
 * end at 65504, so there it is 2^15.
 */
const STEEPNESS = 2 ** 100;
const STEEPNESS_FLOAT16 = 2 ** 15;

/**
 * A value that is `below` where `x` is negative, `above` where it is positive, and between the two, as near to 0 as
 * that allows, where it is 0.
 *
 * Clipping a steep line takes half the time of Sign or Where in ONNX Runtime, whose kernels of those are not vectorized.
 */
export function slopeBySign(context: RuleContext, x: string, below: number, above: number): string {
  const steepness = context.floatType === 'float16' ? STEEPNESS_FLOAT16 : STEEPNESS;
  // One pass less than multiplying and clipping, but without a kernel for float64.
  if (below === 0 && above === 1 && context.floatType !== 'float64') {
    return context.op('HardSigmoid', [x], { alpha: float(steepness), beta: float(0) });
  }
  const steep = context.op('Mul', [x, context.scalar(below <= above ? steepness : -steepness)]);
  const limits = [Math.min(below, above), Math.max(below, above)].map((limit) => context.scalar(limit));
  return context.op('Clip', [steep, ...limits]);
}
