import { addActivation } from '../activations.ts';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporters } from '../layer-exporter.ts';
import { windowAttributes } from '../window-attributes.ts';
import { activated } from './activated.ts';
import { biasOf } from './bias.ts';
import type { ConvolutionConfig } from './convolution.ts';
import { type ImageInput, imageInput } from './image-input.ts';

interface DepthConfig extends ConvolutionConfig {
  readonly depthMultiplier: number;
}

export const SEPARABLE_LAYERS: LayerExporters = {
  DepthwiseConv2D: (call, context) => {
    const config = configOf<DepthConfig>(call);
    const image = imageInput(call.input, config.dataFormat, context);
    // The library leaves the dilation out when it computes.
    const name = depthwise(call, image, { ...config, dilationRate: [1, 1] }, biasOf(call, context), context);
    return activated(call, { name, axes: image.axes }, config.activation, context);
  },
  SeparableConv2D: (call, context) => {
    const config = separableConfig(call);
    const bias = biasOf(call, context);
    const isFirst = config.dataFormat === 'channelsFirst';
    // The library would add it along the height.
    if (isFirst && bias !== undefined) {
      throw context.refusal(call.layer, 'TensorFlow.js adds a bias only where channels come last');
    }
    const image = imageInput(call.input, config.dataFormat, context);
    const deep = depthwise(call, image, config, undefined, context);
    const pointwise = context.weight(call.layer, 'pointwise_kernel', { permutation: [3, 2, 0, 1] });
    const value = context.node('Conv', [deep, pointwise, bias], { kernel_shape: [1, 1] });
    const name = addActivation(config.activation, { value, lastDimension: 1 }, context);
    if (name === undefined) throw context.refusal(call.layer, `no activation ${config.activation} is known`);
    return { name, axes: image.axes };
  },
};

/** Of this layer the configuration lacks the multiplier. */
function separableConfig(call: LayerCall): DepthConfig {
  const { depthMultiplier } = call.layer as unknown as { readonly depthMultiplier: number };
  return { ...configOf<ConvolutionConfig>(call), depthMultiplier };
}

/** Each channel on its own: kernel [height, width, channel, multiplier] -> [channel * multiplier, 1, height, width]. */
function depthwise(
  { layer }: LayerCall,
  { value, sizes, channels }: ImageInput,
  { kernelSize, strides, dilationRate, padding, depthMultiplier }: DepthConfig,
  bias: string | undefined,
  context: ExportContext,
): string {
  const kernel = context.weight(layer, 'depthwise_kernel', {
    permutation: [2, 3, 0, 1],
    dims: [channels * depthMultiplier, 1, ...kernelSize],
  });
  const windows = windowAttributes({ sizes, kernel: kernelSize, strides, dilations: dilationRate, padding });
  return context.node('Conv', [value, kernel, bias], { ...windows, group: channels });
}
