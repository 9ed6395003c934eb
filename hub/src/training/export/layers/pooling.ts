import { configOf, type LayerExporter, type LayerExporters } from '../layer-exporter.ts';
import { dimensionOf } from '../layer-value.ts';
import { windowAttributes } from '../window-attributes.ts';
import { type DataFormat, imageInput } from './image-input.ts';

interface PoolingConfig {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat?: DataFormat;
}

/** Windows that reach over the edge: MaxPool leaves what is outside out, AveragePool does not count it. */
function pool(operator: 'MaxPool' | 'AveragePool'): LayerExporter {
  return (call, context) => {
    const { poolSize, strides, padding, dataFormat } = configOf<PoolingConfig>(call);
    const { value, axes, sizes } = imageInput(call.input, dataFormat, context);
    const attributes = windowAttributes({ sizes, kernel: poolSize, strides, padding });
    return { name: context.node(operator, [value], attributes), axes };
  };
}

/** Over all spatial dimensions; an image that lies channel last is reduced as it lies. */
function globalPool(kind: 'Average' | 'Max'): LayerExporter {
  return (call, context) => {
    const { input } = call;
    const { dataFormat } = configOf<{ readonly dataFormat?: DataFormat }>(call);
    const channel = dataFormat === 'channelsFirst' ? 1 : input.shape.length - 1;
    if (input.axes[0] === 0 && input.axes[1] === channel) {
      return { name: context.node('Flatten', [context.node(`Global${kind}Pool`, [input.name])], { axis: 1 }) };
    }
    const spatial = input.axes.filter((axis) => axis !== 0 && axis !== channel);
    const axes = context.integers(spatial.map((axis) => dimensionOf(input, axis)));
    const operator = kind === 'Average' ? 'ReduceMean' : 'ReduceMax';
    const name = context.node(operator, [input.name, axes], { keepdims: 0 });
    return { name, axes: dimensionOf(input, 0) < dimensionOf(input, channel) ? [0, 1] : [1, 0] };
  };
}

export const POOLING_LAYERS: LayerExporters = {
  MaxPooling1D: pool('MaxPool'),
  MaxPooling2D: pool('MaxPool'),
  MaxPooling3D: pool('MaxPool'),
  AveragePooling1D: pool('AveragePool'),
  AveragePooling2D: pool('AveragePool'),
  AveragePooling3D: pool('AveragePool'),
  GlobalMaxPooling1D: globalPool('Max'),
  GlobalMaxPooling2D: globalPool('Max'),
  GlobalAveragePooling1D: globalPool('Average'),
  GlobalAveragePooling2D: globalPool('Average'),
};
