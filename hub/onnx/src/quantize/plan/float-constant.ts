import { InternalError } from '../../errors.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';
import type { TensorOf } from '../../tensor/tensor.ts';

/** A float32 constant that a plan has found. @throws InternalError where it is none */
export function floatConstant(name: string, types: InferredTypes): TensorOf<'float32'> {
  const constant = types.constants.get(name);
  if (constant?.type === 'float32') return constant;
  throw new InternalError(`Constant ${name} must be float32, got ${constant?.type}`, { place: { value: name } });
}
