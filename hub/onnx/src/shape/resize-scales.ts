import { floatsAttribute, intsAttribute, stringAttribute } from '../format/attributes.ts';
import type { Dim } from '../graph/value-type.ts';
import { integersOf } from './integer-parameter.ts';
import { inputType, positiveAxis, type ShapeContext } from './shape-rule.ts';

/** What a Resize or Upsample node does to one axis, as far as that is known. */
export interface ResizedAxis {
  readonly size: Dim;
  readonly resized: Dim;
  /** float32, as ONNX Runtime computes with it. */
  readonly scale: number | undefined;
}

/**
 * The axes of the input of a Resize or Upsample node; `undefined` where not even their number is known.
 *
 * @see ONNX Resize-19: either scales or sizes, for all axes or for those in `axes`
 */
export function resizedAxes(context: ShapeContext): ResizedAxis[] | undefined {
  const { dims } = inputType(context, 0);
  if (!dims) return undefined;
  const axes = intsAttribute(context.node, 'axes')?.map((axis) => positiveAxis(axis, dims.length));
  const [scales, sizes] = [scalesOf(context), sizesOf(context)];
  return dims.map((size, axis): ResizedAxis => {
    const at = axes ? axes.indexOf(axis) : axis;
    if (at < 0 || scales?.[at] === 1) return { size, resized: size, scale: 1 };
    if (scales) return byScale(size, scales[at]);
    return bySize(size, sizes?.[at]);
  });
}

function byScale(size: Dim, scale: number | undefined): ResizedAxis {
  const isKnown = typeof size === 'number' && scale !== undefined;
  return { size, resized: isKnown ? Math.floor(Math.fround(size * scale)) : undefined, scale };
}

function bySize(size: Dim, resized: number | undefined): ResizedAxis {
  const isKnown = typeof size === 'number' && resized !== undefined;
  return { size, resized, scale: isKnown ? Math.fround(resized / size) : undefined };
}

/** Scales are an attribute of Upsample-7, the second input of Upsample-9 and Resize-10, and the third one since. */
function scalesOf(context: ShapeContext): readonly number[] | undefined {
  const attribute = floatsAttribute(context.node, 'scales');
  if (attribute) return attribute.map(Math.fround);
  const isOld = context.node.opType === 'Upsample' || context.opset < 11;
  const scales = context.constant(isOld ? 1 : 2);
  return scales?.type === 'float32' && scales.data.length > 0 ? Array.from(scales.data) : undefined;
}

function sizesOf(context: ShapeContext): number[] | undefined {
  // Other policies make of the sizes what fits the input's proportions.
  if (stringAttribute(context.node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') return undefined;
  return integersOf(context.constant(3));
}
