import { configOf, type LayerCall, type LayerExporters } from '../layer-exporter.ts';
import { dimensionOf, type LayerResult } from '../layer-value.ts';
import type { DataFormat } from './image-input.ts';
import { imageInput } from './image-input.ts';

type Edges = readonly (readonly [before: number, behind: number])[];

interface UpSamplingConfig {
  readonly size: readonly number[];
  readonly dataFormat?: DataFormat;
  readonly interpolation: string;
}

/** End of a slice that goes as far as there is something. */
const TO_THE_END = 2 ** 31 - 1;

export const SPATIAL_LAYERS: LayerExporters = {
  Cropping2D: (call, context) => {
    const { cropping, dataFormat } = configOf<{ readonly cropping: Edges; readonly dataFormat?: DataFormat }>(call);
    const starts = context.integers(cropping.map(([before]) => before));
    const ends = context.integers(cropping.map(([, behind]) => (behind === 0 ? TO_THE_END : -behind)));
    const axes = context.integers(spatialDimensions(call, dataFormat));
    return { ...asItLies(call), name: context.node('Slice', [call.input.name, starts, ends, axes]) };
  },
  ZeroPadding2D: (call, context) => {
    const { padding, dataFormat } = configOf<{ readonly padding: Edges; readonly dataFormat?: DataFormat }>(call);
    const pads = context.integers([...padding.map(([before]) => before), ...padding.map(([, behind]) => behind)]);
    // ONNX Runtime takes zeros of a Pad without axes into a MaxPool behind it, which does not count them.
    const axes = context.integers(spatialDimensions(call, dataFormat));
    const name = context.node('Pad', [call.input.name, pads, context.number(0), axes]);
    return { ...asItLies(call), name };
  },
  UpSampling2D: (call, context) => {
    const { size, dataFormat, interpolation } = configOf<UpSamplingConfig>(call);
    const { value, axes } = imageInput(call.input, dataFormat, context);
    const attributes = { mode: interpolation === 'nearest' ? 'nearest' : 'linear', nearest_mode: 'floor' };
    const scales = context.numbers([1, 1, ...size]);
    const coordinates = { coordinate_transformation_mode: 'asymmetric' };
    return { name: context.node('Resize', [value, '', scales], { ...attributes, ...coordinates }), axes };
  },
};

/** Where height and width lie in the graph. */
function spatialDimensions({ input }: LayerCall, dataFormat: DataFormat | undefined): number[] {
  const first = dataFormat === 'channelsFirst' ? 2 : 1;
  return [dimensionOf(input, first), dimensionOf(input, first + 1)];
}

function asItLies({ input: { name, axes } }: LayerCall): LayerResult {
  return { name, axes };
}
