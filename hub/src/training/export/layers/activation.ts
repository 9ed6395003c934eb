import { float } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporters } from '../layer-exporter.ts';
import { dimensionOf, type LayerResult } from '../layer-value.ts';
import { activated } from './activated.ts';
import { elementwise, inPlace } from './elementwise.ts';

/** Added to a score that is masked out. */
const MASKED = -1e9;

export const ACTIVATION_LAYERS: LayerExporters = {
  Activation: (call, context) => {
    const { activation } = configOf<{ readonly activation: string }>(call);
    return activated(call, inPlace(call), activation, context);
  },
  ReLU: elementwise((value, call, context) => {
    const { maxValue } = configOf<{ readonly maxValue?: number | null }>(call);
    if (maxValue === undefined || maxValue === null) return context.node('Relu', [value]);
    return context.node('Clip', [value, context.number(0), context.number(maxValue)]);
  }),
  LeakyReLU: elementwise((value, call, context) => {
    const { alpha } = configOf<{ readonly alpha: number }>(call);
    return context.node('LeakyRelu', [value], { alpha: float(alpha) });
  }),
  ELU: elementwise((value, _call, context) => context.node('Elu', [value])),
  ThresholdedReLU: elementwise((value, call, context) => {
    const { theta } = configOf<{ readonly theta: number }>(call);
    const isAbove = context.node('Greater', [value, context.number(theta)]);
    return context.node('Where', [isAbove, value, context.number(0)]);
  }),
  PReLU: (call, context) => {
    const { input, layer } = call;
    const isInOrder = input.flattened === undefined && input.axes[0] === 0;
    const value = isInOrder ? input.name : context.plain(input);
    const permutation = isInOrder ? input.axes.slice(1).map((axis) => axis - 1) : undefined;
    const slope = context.weight(layer, 'alpha', { permutation });
    const name = context.node('PRelu', [value, slope]);
    return isInOrder ? { name, axes: input.axes } : { name };
  },
  Softmax: (call, context) => {
    const { axis } = configOf<{ readonly axis: number | readonly number[] }>(call);
    const input = unmasked(call, context);
    const dimensions = [axis].flat().map((one) => dimensionOf(call.input, one));
    const [dimension] = dimensions;
    if (dimensions.length === 1) return { ...input, name: context.node('Softmax', [input.name], { axis: dimension }) };
    const total = context.node('ReduceLogSumExp', [input.name, context.integers(dimensions)], { keepdims: 1 });
    return { ...input, name: context.node('Exp', [context.node('Sub', [input.name, total])]) };
  },
};

/** The scores, those that are masked out far below the others. */
function unmasked(call: LayerCall, context: ExportContext): LayerResult {
  const { mask, shape } = call.input;
  const own = inPlace(call);
  if (mask === undefined) return own;
  if (shape.length !== 2)
    throw context.refusal(call.layer, `a mask [batch, time] fits no scores of rank ${shape.length}`);
  const added = context.node('Where', [mask, context.number(0), context.number(MASKED)]);
  return { name: context.node('Add', [context.plain(call.input), added]) };
}
