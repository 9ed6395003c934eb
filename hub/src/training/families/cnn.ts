import { float32, GraphBuilder, int64, type Model, scalar } from '@edgeloop/onnx';
import type { ImageShape } from '../../store/recipe.ts';
import type { ImageScaling } from '../image-scaling.ts';
import { DenseLayers, firstWeights } from '../layers/dense-layers.ts';
import { NETWORK_VALUES, type Network } from '../network.ts';
import type { SeededRandom } from '../seeded-random.ts';

export interface CnnShape {
  readonly image: ImageShape;
  /** Filters of each convolution, 3 x 3; behind each, ReLU and a maximum over 2 x 2. */
  readonly filters: readonly number[];
  readonly hidden: readonly number[];
  /** Share of the values in front of each dense layer that a step leaves out. */
  readonly dropout: number;
  readonly classes: number;
}

const KERNEL = 3;

/** Convolutions, then dense layers, over images whose pixels are number columns. */
export function cnn(shape: CnnShape, scaling: ImageScaling, random: SeededRandom): Network {
  const { height, width, channels } = shape.image;
  const graph = new GraphBuilder({ name: 'cnn' });
  graph.input(NETWORK_VALUES.prepared, 'float32', ['batch', channels, height, width]);
  let [value, inputs]: [string, number] = [NETWORK_VALUES.prepared, channels];
  for (const [layer, outputs] of shape.filters.entries()) {
    value = addConvolution(graph, { value, layer, inputs, outputs, random });
    inputs = outputs;
  }
  const [rows, columns] = [pooled(height, shape.filters.length), pooled(width, shape.filters.length)];
  const layers = new DenseLayers(graph, random, shape.dropout);
  const flat = layers.thinned(graph.node('Flatten', [value]));
  const sizes = [inputs * rows * columns, ...shape.hidden, shape.classes];
  layers.stack(flat, sizes, NETWORK_VALUES.logits);
  return {
    preparation: standardized(shape.image, scaling),
    preparedDims: [channels, height, width],
    core: graph.output(NETWORK_VALUES.logits, 'float32', ['batch', shape.classes]).build(),
  };
}

/** Size after so many halvings. */
export function pooled(size: number, times: number): number {
  return times === 0 ? size : pooled(Math.floor(size / 2), times - 1);
}

function addConvolution(
  graph: GraphBuilder,
  {
    value,
    layer,
    inputs,
    outputs,
    random,
  }: { value: string; layer: number; inputs: number; outputs: number; random: SeededRandom },
): string {
  const area = inputs * KERNEL * KERNEL;
  const weight = graph.initializer(
    `conv_${layer}_weight`,
    float32(firstWeights(random, outputs * area, area), [outputs, inputs, KERNEL, KERNEL]),
  );
  const bias = graph.initializer(`conv_${layer}_bias`, float32(new Float32Array(outputs)));
  const same = { kernel_shape: [KERNEL, KERNEL], pads: [1, 1, 1, 1] };
  const active = graph.node('Relu', [graph.node('Conv', [value, weight, bias], same)]);
  return graph.node('MaxPool', [active], { kernel_shape: [2, 2], strides: [2, 2] });
}

/** Columns in the order height, width, channel -> [batch, channel, height, width], missing pixels as the mean. */
function standardized({ height, width, channels }: ImageShape, { mean, deviation }: ImageScaling): Model {
  const graph = new GraphBuilder({ name: 'preparation' });
  const { features, prepared } = NETWORK_VALUES;
  graph.input(features, 'float32', ['batch', height * width * channels]);
  const center = graph.initializer('pixel_mean', scalar(mean));
  const known = graph.node('Where', [graph.node('IsNaN', [features]), center, features]);
  const centered = graph.node('Sub', [known, center]);
  const standard = graph.node('Mul', [centered, graph.initializer('pixel_inverse_deviation', scalar(1 / deviation))]);
  const image = graph.node('Reshape', [standard, graph.constant(int64([-1, height, width, channels]))]);
  graph.node('Transpose', [image], { perm: [0, 3, 1, 2] }, { outputs: [prepared] });
  return graph.output(prepared, 'float32', ['batch', channels, height, width]).build();
}
