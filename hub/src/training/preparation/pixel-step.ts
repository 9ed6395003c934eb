import { int64, scalar } from '@edgeloop/onnx';
import type { ImageShape } from '../../store/recipe/recipe.ts';
import { imageScaling } from './image-scaling.ts';
import type { StepContext, StepPart } from './step.ts';

/**
 * Number columns that are the pixels of an image, NaN where missing -> [batch, channels, height, width]. All pixels
 * have one scale, by their mean and deviation; missing ones become the mean.
 */
export function pixelStep({ graph, input }: StepContext, { height, width, channels }: ImageShape): StepPart {
  const { mean, deviation } = imageScaling({ values: input.values as Float32Array });
  const { name } = input.spec;
  const center = graph.constant(scalar(mean), 'pixel_mean');
  const known = graph.node('Where', [graph.node('IsNaN', [name]), center, name]);
  const inverse = graph.constant(scalar(1 / deviation), 'pixel_inverse_deviation');
  const scaled = graph.node('Mul', [graph.node('Sub', [known, center]), inverse]);
  const image = graph.node('Reshape', [scaled, graph.constant(int64([-1, height, width, channels]))]);
  return {
    value: graph.node('Transpose', [image], { perm: [0, 3, 1, 2] }),
    part: { name: 'pixels', kind: 'image', dims: [height, width, channels] },
  };
}
