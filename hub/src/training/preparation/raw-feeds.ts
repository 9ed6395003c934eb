import type { Tensor } from '@edgeloop/onnx';
import type { Tensors } from '../../graph-engine.ts';
import type { InputRows, ModelRows } from '../../store/model-rows.ts';

/** Raw values of the rows from `start` to before `end`, by input, as a graph takes them. */
export function rawFeeds({ inputs }: Pick<ModelRows, 'inputs'>, start: number, end: number): Tensors {
  return Object.fromEntries(inputs.map((input) => [input.spec.name, feedOf(input, start, end)]));
}

function feedOf({ dims: rowDims, values }: InputRows, start: number, end: number): Tensor {
  const size = rowDims.reduce((product, dim) => product * dim, 1);
  const [from, to, dims] = [start * size, end * size, [end - start, ...rowDims]];
  if (values instanceof Float32Array) return { type: 'float32', dims, data: values.subarray(from, to) };
  if (values instanceof Float64Array) return { type: 'float64', dims, data: values.subarray(from, to) };
  if (values instanceof Uint8Array) return { type: 'uint8', dims, data: values.subarray(from, to) };
  return { type: 'string', dims, data: values.slice(from, to) };
}
