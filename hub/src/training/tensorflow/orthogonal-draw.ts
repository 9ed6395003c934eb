import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

/** What is used of the library's class, which it does not export. */
interface OrthogonalClass {
  apply(shape: number[], dtype?: core.DataType): core.Tensor;
}

/**
 * Has recurrent weights, which the library and Keras begin as orthogonal ones, drawn uniformly.
 *
 * The library's way there takes time by the cube of the units and blocks its thread, 40 s for an LSTM of 192; and what
 * it draws counts for nothing: weights come from a file or from the seed of a run.
 */
export function replaceOrthogonalDraw(): void {
  const drawing = Object.getPrototypeOf(layers.initializers.orthogonal({})) as OrthogonalClass;
  drawing.apply = (shape, dtype) => {
    const limit = Math.sqrt(6 / shape.reduce((sum, size) => sum + size, 0));
    return core.randomUniform(shape, -limit, limit, dtype as 'float32');
  };
}
