import { float, float32 } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporters } from '../layer-exporter.ts';
import { range } from '../layer-value.ts';

interface BatchNormalizationConfig {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
}

interface LayerNormalizationConfig {
  readonly axis: number | readonly number[];
  readonly epsilon: number;
}

export const NORMALIZATION_LAYERS: LayerExporters = {
  BatchNormalization: (call, context) => {
    const { layer, input } = call;
    const { axis, momentum, epsilon } = configOf<BatchNormalizationConfig>(call);
    const rank = input.shape.length;
    const channel = axis < 0 ? axis + rank : axis;
    const isThere = input.flattened === undefined && input.axes[0] === 0 && input.axes[1] === channel;
    const axes = isThere
      ? input.axes
      : [0, channel, ...range(rank).filter((other) => other !== 0 && other !== channel)];
    const size = [input.shape[channel] ?? 1];
    const statistics = [context.weight(layer, 'moving_mean'), context.weight(layer, 'moving_variance')];
    const inputs = [context.arranged(input, axes), ...scaleAndBias(call, size, context), ...statistics];
    const attributes = { epsilon: float(epsilon), momentum: float(momentum) };
    return { name: context.node('BatchNormalization', inputs, attributes), axes };
  },
  LayerNormalization: (call, context) => {
    const { input } = call;
    const { axis, epsilon } = configOf<LayerNormalizationConfig>(call);
    const rank = input.shape.length;
    const last = [axis].flat().map((one) => (one < 0 ? one + rank : one));
    const axes = [...range(rank).filter((one) => !last.includes(one)), ...last];
    const sizes = last.map((one) => input.shape[one] ?? 1);
    const inputs = [context.arranged(input, axes), ...scaleAndBias(call, sizes, context)];
    const attributes = { axis: rank - last.length, epsilon: float(epsilon) };
    return { name: context.node('LayerNormalization', inputs, attributes), axes };
  },
};

/** Constants where the layer has none. */
function scaleAndBias({ layer }: LayerCall, dims: readonly number[], context: ExportContext): string[] {
  const count = dims.reduce((product, size) => product * size, 1);
  const filled = (value: number, prefix: string): string =>
    context.graph.constant(float32(new Float32Array(count).fill(value), dims), `${layer.name}/${prefix}`);
  return [
    context.hasWeight(layer, 'gamma') ? context.weight(layer, 'gamma') : filled(1, 'ones'),
    context.hasWeight(layer, 'beta') ? context.weight(layer, 'beta') : filled(0, 'zeros'),
  ];
}
