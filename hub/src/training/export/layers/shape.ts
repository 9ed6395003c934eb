import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerExporters } from '../layer-exporter.ts';
import { isPlain, type LayerResult, type LayerValue, range } from '../layer-value.ts';
import { inPlace } from './elementwise.ts';
import type { DataFormat } from './image-input.ts';

export const SHAPE_LAYERS: LayerExporters = {
  InputLayer: inPlace,
  Flatten: (call, context) => {
    const { dataFormat } = configOf<{ readonly dataFormat?: DataFormat }>(call);
    const rank = call.input.shape.length;
    const order = dataFormat === 'channelsFirst' ? [0, ...range(rank - 2).map((at) => at + 2), 1] : range(rank);
    return flat(seenAs(call.input, order), context);
  },
  Reshape: (call, context) => {
    if (`${call.shape}` === `${call.input.shape}`) return inPlace(call);
    return { name: context.reshaped(context.plain(call.input), [0, ...call.shape.slice(1)]) };
  },
  Permute: (call) => {
    const { dims } = configOf<{ readonly dims: readonly number[] }>(call);
    const { name, axes } = seenAs(call.input, [0, ...dims]);
    return { name, axes };
  },
  RepeatVector: (call, context) => {
    const { n } = configOf<{ readonly n: number }>(call);
    const single = context.node('Unsqueeze', [context.plain(call.input), context.integers([1])]);
    return { name: context.node('Expand', [single, context.integers([1, n, 1])]) };
  },
};

/** The same value for layers that see its axes in this order; nothing moves. */
function seenAs(value: LayerValue, order: readonly number[]): LayerValue {
  const shape = order.map((axis) => value.shape[axis] ?? null);
  return { ...value, shape, axes: value.axes.map((axis) => order.indexOf(axis)) };
}

/** [batch, entries] as they lie; what reads them knows their order, or has them brought into it. */
function flat(value: LayerValue, context: ExportContext): LayerResult {
  const { shape, axes } = value;
  if (axes[0] !== 0) return { name: context.node('Flatten', [context.plain(value)], { axis: 1 }) };
  const name = context.node('Flatten', [value.name], { axis: 1 });
  return movesNothing(value) ? { name } : { name, flattened: { shape, axes } };
}

/** Whether the order of the axes makes no difference, since only axes of size 1 change their places. */
function movesNothing(value: LayerValue): boolean {
  if (isPlain(value)) return true;
  const long = value.axes.filter((axis) => axis !== 0 && value.shape[axis] !== 1);
  return long.every((axis, at) => at === 0 || axis > (long[at - 1] ?? 0));
}
