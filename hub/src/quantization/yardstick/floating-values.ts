import { fromFloat16Bits, type Tensor } from '@edgeloop/onnx';

/** The entries of a tensor of floating-point numbers; undefined for other types. */
export function floatingValues({ type, data }: Tensor): Float32Array | Float64Array | undefined {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  if (type !== 'float16') return undefined;
  // Newer engines have an array of half floats, others their bits.
  return data instanceof Uint16Array ? Float32Array.from(data, fromFloat16Bits) : Float32Array.from(data as never);
}
