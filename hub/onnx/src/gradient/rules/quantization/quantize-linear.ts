import { intAttribute } from '../../../format/attributes.ts';
import { DATA_TYPE } from '../../../tensor/element-type.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { type ClippingRange, clippingRange } from './clipping-range.ts';
import { hasOwnScale } from './own-scale.ts';

/**
 * dx = dy where x rounds to an integer that the type has, 0 where it was clipped: the straight-through gradient of
 * QuantizeLinear and DequantizeLinear together. Scale and zero-point get none.
 *
 * @see Bengio et al., Estimating or propagating gradients through stochastic neurons, section 2.2; PyTorch's
 *   fake_quantize_per_tensor_affine, fake_quantize_per_channel_affine. ONNX QuantizeLinear-13
 */
export const quantizeLinearGradient: GradientRule = (context) => [
  () => {
    if (intAttribute(context.node, 'block_size', 0) > 0) throw context.refusal('one scale, or one a channel');
    // Nothing is clipped where the largest entry is what the scale is made by.
    if (hasOwnScale(context)) return context.gradient();
    return context.op('Mul', [context.gradient(), insideShare(context, clippingRange(context))]);
  },
  undefined,
  undefined,
];

/** 1 where x lies inside of the range, else 0. */
function insideShare(context: RuleContext, { low, high, isPerChannel }: ClippingRange): string {
  const x = context.input(0);
  const clipped = isPerChannel
    ? context.op('Min', [context.op('Max', [x, low]), high])
    : context.op('Clip', [x, low, high]);
  return context.op('Cast', [context.op('Equal', [x, clipped])], {
    to: DATA_TYPE[context.inputType(0).type ?? 'float32'],
  });
}
