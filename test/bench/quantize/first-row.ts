import type { Tensor } from '@edgeloop/onnx';
import { GoldenVectors, type NamedTensor } from '@edgeloop/protocol';
import type { Feeds } from './subject.ts';

/** The first row of golden vectors: a device gets one reading at a time. */
export function firstRow(golden: Uint8Array): Feeds {
  const { inputs, rows } = GoldenVectors.decode(golden);
  return Object.fromEntries(inputs.map((input) => [input.name, rowOf(input, rows)]));
}

function rowOf({ elementType, dims, data, strings }: NamedTensor, rows: number): Tensor {
  const shape = [1, ...dims.slice(1)];
  if (elementType === 'string') return { type: 'string', dims: shape, data: strings.slice(0, strings.length / rows) };
  const { buffer } = data.slice(0, data.length / rows);
  if (elementType === 'uint8') return { type: 'uint8', dims: shape, data: new Uint8Array(buffer) };
  return { type: 'float32', dims: shape, data: new Float32Array(buffer) };
}
