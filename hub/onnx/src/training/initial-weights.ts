import { UsageError } from '../errors.ts';
import { seededRandom } from '../tensor/seeded-random.ts';
import { elementCount, float32, type TensorOf } from '../tensor/tensor.ts';

/**
 * First weights of a layer, uniform between -limit and limit with limit = sqrt(6 / (inputs + outputs)); the same for the
 * same seed.
 *
 * @param dims [inputs, outputs] of a dense layer, or [outputs, inputs, ...kernel] of a convolution
 * @throws UsageError ARGUMENT_INVALID with fewer than two dimensions
 * @see Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, equation 16
 */
export function glorotUniform(dims: readonly number[], seed: number): TensorOf<'float32'> {
  const [first, second, ...kernel] = dims;
  if (first === undefined || second === undefined) {
    throw new UsageError('ARGUMENT_INVALID', `Weights must have at least 2 dimensions, got [${dims}]`);
  }
  const limit = Math.sqrt(6 / ((first + second) * elementCount(kernel)));
  const random = seededRandom(seed);
  return float32(
    Float32Array.from({ length: elementCount(dims) }, () => limit * (2 * random() - 1)),
    dims,
  );
}
