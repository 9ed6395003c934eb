import { onnxBytes } from './onnx-bytes.ts';

/** A dense layer and a softmax. */
export interface TinyModelOptions {
  /** Shape [features, classes], row-major. */
  readonly weights: readonly number[];
  readonly features: number;
  readonly classes: number;
  /** Unused bytes in the file, to make it longer. */
  readonly paddingBytes?: number;
}

/** Model with input "x" [-1, features] and output "p" [-1, classes]. */
export function tinyModel({ weights, features, classes, paddingBytes = 0 }: TinyModelOptions): Uint8Array {
  return onnxBytes({
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w'], outputs: ['z'] },
      { op: 'Softmax', inputs: ['z'], outputs: ['p'] },
    ],
    inputs: [{ name: 'x', type: 'float32', dims: [-1, features] }],
    outputs: [{ name: 'p', type: 'float32', dims: [-1, classes] }],
    constants: [{ name: 'w', dims: [features, classes], data: Float32Array.from(weights) }],
    paddingBytes,
  });
}

/** What the model computes for one row, in double precision. */
export function tinyProbabilities({ weights, features, classes }: TinyModelOptions, row: readonly number[]): number[] {
  const logits = Array.from({ length: classes }, (_, column) =>
    Array.from({ length: features }, (_, index) => (row[index] ?? 0) * (weights[index * classes + column] ?? 0)).reduce(
      (sum, product) => sum + product,
      0,
    ),
  );
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
