import { configOf, type LayerExporter, type LayerExporters } from '../layer-exporter.ts';
import { range } from '../layer-value.ts';
import { transposedWindowAttributes, windowAttributes } from '../window-attributes.ts';
import { activated } from './activated.ts';
import { biasOf } from './bias.ts';
import { type DataFormat, imageInput } from './image-input.ts';

export interface ConvolutionConfig {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat?: DataFormat;
  readonly dilationRate: readonly number[];
  readonly activation: string;
}

export const CONVOLUTION_LAYERS: LayerExporters = {
  Conv1D: (call, context) => {
    // The library's own result would not have the shape that it declares.
    const { dataFormat } = call.layer as unknown as { readonly dataFormat?: DataFormat };
    if (dataFormat === 'channelsFirst')
      throw context.refusal(call.layer, 'TensorFlow.js computes it channels last only');
    return convolution(call, context);
  },
  Conv2D: (call, context) => convolution(call, context),
  Conv3D: (call, context) => convolution(call, context),
  Conv2DTranspose: (call, context) => transposed(call, context),
  Conv3DTranspose: (call, context) => transposed(call, context),
};

const convolution: LayerExporter = (call, context) => {
  const { kernelSize, strides, dilationRate, padding, dataFormat, activation } = configOf<ConvolutionConfig>(call);
  const { value, axes, sizes } = imageInput(call.input, dataFormat, context);
  const attributes = windowAttributes({ sizes, kernel: kernelSize, strides, dilations: dilationRate, padding });
  // [...kernel, in, out] -> [out, in, ...kernel]
  const rank = kernelSize.length;
  const kernel = context.weight(call.layer, 'kernel', { permutation: [rank + 1, rank, ...range(rank)] });
  const name = context.node('Conv', [value, kernel, biasOf(call, context)], attributes);
  return activated(call, { name, axes }, activation, context);
};

const transposed: LayerExporter = (call, context) => {
  const { kernelSize, strides, padding, dataFormat, activation } = configOf<ConvolutionConfig>(call);
  const { value, axes } = imageInput(call.input, dataFormat, context);
  const attributes = transposedWindowAttributes({ kernel: kernelSize, strides, padding });
  // [...kernel, out, in] -> [in, out, ...kernel]
  const rank = kernelSize.length;
  const kernel = context.weight(call.layer, 'kernel', { permutation: [rank + 1, rank, ...range(rank)] });
  const name = context.node('ConvTranspose', [value, kernel, biasOf(call, context)], attributes);
  return activated(call, { name, axes }, activation, context);
};
