import type { ElementType } from './element-type.ts';
import { toFloat16Bits } from './float16.ts';
import { float32, type Tensor, tensor } from './tensor.ts';

/** A tensor of a float type; float32 for a type whose numbers this package cannot write. */
export function floatTensor(type: ElementType, values: readonly number[], dims: readonly number[]): Tensor {
  switch (type) {
    case 'float64':
      return tensor('float64', dims, Float64Array.from(values));
    case 'float16':
      return tensor('float16', dims, Uint16Array.from(values, toFloat16Bits));
    default:
      return float32(values, dims);
  }
}
