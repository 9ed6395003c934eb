import { intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { hasInput, integersOf } from '../integer-parameter.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

// ONNX MaxUnpool-11: the pooling undone, unless the node says how large the result is.
function unpool(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  if (hasInput(context, 2)) {
    const rank = inputType(context, 2).dims?.[0];
    const open = typeof rank === 'number' && rank >= 0 && rank <= 8 ? Array.from<Dim>({ length: rank }) : undefined;
    return [{ type, dims: integersOf(context.constant(2)) ?? open }];
  }
  const kernel = intsAttribute(context.node, 'kernel_shape') ?? [];
  const strides = intsAttribute(context.node, 'strides') ?? kernel.map(() => 1);
  const pads = intsAttribute(context.node, 'pads') ?? [...kernel, ...kernel].map(() => 0);
  const spatial = dims?.slice(2).map((size, axis): Dim => {
    if (typeof size !== 'number') return undefined;
    const cut = (pads[axis] ?? 0) + (pads[axis + kernel.length] ?? 0);
    return (size - 1) * (strides[axis] ?? 1) + (kernel[axis] ?? 1) - cut;
  });
  return [{ type, dims: dims && spatial && [dims[0], dims[1], ...spatial] }];
}

/** Types behind pooling that is undone. */
export const UNPOOLING_RULES: Readonly<Record<string, ShapeRule>> = { MaxUnpool: unpool };
