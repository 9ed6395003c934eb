import type { Tensor } from '@edgeloop/onnx';
import type { Tensors } from './graph-engine.ts';
import type { InputRows, ModelRows } from './store/model-rows.ts';

/** What the raw images of one run may take together as float32, which they soon become. */
const IMAGES_BYTES = 32 * 1024 * 1024;
/** Texts of a run are padded to the longest of them. */
const MOST_TEXTS = 64;

/** Some rows as the model's inputs, by name; `count` rows from `start` on, fewer where there are no more. */
export function rowFeeds(rows: Pick<ModelRows, 'rows' | 'inputs'>, start: number, count: number): Tensors {
  const end = Math.min(rows.rows, start + count);
  return Object.fromEntries(rows.inputs.map((input) => [input.spec.name, tensorOf(input, start, end)]));
}

/** Most rows of these inputs in one run, whatever the model takes. */
export function inputsAtOnce(inputs: readonly InputRows[]): number {
  const limits = inputs.map(({ spec, dims }) => {
    if (spec.kind === 'text') return MOST_TEXTS;
    if (spec.kind !== 'image') return Number.POSITIVE_INFINITY;
    return Math.max(1, Math.floor(IMAGES_BYTES / (Float32Array.BYTES_PER_ELEMENT * entries(dims))));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

/** Entries of one row. */
export function entries(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

function tensorOf({ dims: rowDims, values }: InputRows, start: number, end: number): Tensor {
  const size = entries(rowDims);
  const dims = [end - start, ...rowDims];
  const [from, to] = [start * size, end * size];
  if (values instanceof Float32Array) return { type: 'float32', dims, data: values.subarray(from, to) };
  if (values instanceof Float64Array) return { type: 'float64', dims, data: values.subarray(from, to) };
  if (values instanceof Uint8Array) return { type: 'uint8', dims, data: values.subarray(from, to) };
  return { type: 'string', dims, data: values.slice(from, to) };
}
