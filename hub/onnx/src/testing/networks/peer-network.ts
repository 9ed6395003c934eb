import type { Model } from '../../format/messages.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, int64, type TensorOf } from '../../tensor/tensor.ts';
import { randomFloat32 } from '../random-tensors.ts';

/** A classifier as an ONNX graph and as PyTorch code, and a batch for both. */
export interface PeerNetwork {
  /** From the feed `x` to `logits` [batch, class]. */
  readonly model: Model;
  readonly x: TensorOf<'float32' | 'int64'>;
  readonly labels: readonly number[];
  /**
   * Body of a Python function of `x`, of the parameters `p` by their names in the model, and of `stats`, the running
   * statistics; returns the logits.
   */
  readonly python: string;
}

/** Adds an initializer of random weights, as large as a layer with so many inputs needs, and returns its name. */
export function weight(graph: GraphBuilder, random: () => number, name: string, dims: readonly number[]): string {
  const inputs = dims.slice(1).reduce((product, dim) => product * dim, 1);
  return graph.initializer(name, randomFloat32(random, dims, Math.sqrt(3 / Math.max(inputs, 1))));
}

/** Adds an initializer of random values around `centre`, and returns its name. */
export function vector(graph: GraphBuilder, random: () => number, name: string, size: number, centre = 0): string {
  const { data } = randomFloat32(random, [size], 0.2);
  return graph.initializer(name, float32(data.map((value) => value + centre)));
}

/** Labels that every class has. */
export function labelsOf(rows: number, classes: number): number[] {
  return Array.from({ length: rows }, (_, row) => (row * 7) % classes);
}

/** Token ids [rows, length] below `count`. */
export function tokens(random: () => number, rows: number, length: number, count: number): TensorOf<'int64'> {
  return int64(
    Array.from({ length: rows * length }, () => Math.floor(random() * count)),
    [rows, length],
  );
}

/** Adds a batch normalization under `name` with its four vectors, and returns its output. */
export function batchNorm(
  graph: GraphBuilder,
  random: () => number,
  name: string,
  x: string,
  channels: number,
): string {
  const parameters = [
    vector(graph, random, `${name}_scale`, channels, 1),
    vector(graph, random, `${name}_bias`, channels),
    vector(graph, random, `${name}_mean`, channels),
    vector(graph, random, `${name}_var`, channels, 1),
  ];
  return graph.node('BatchNormalization', [x, ...parameters]);
}

/** Adds a dense layer under `name`, and returns its output. */
export function dense(
  graph: GraphBuilder,
  random: () => number,
  name: string,
  x: string,
  [inputs, outputs]: readonly [number, number],
  output?: string,
): string {
  const parameters = [
    weight(graph, random, `${name}_w`, [outputs, inputs]),
    vector(graph, random, `${name}_b`, outputs),
  ];
  return graph.node('Gemm', [x, ...parameters], { transB: 1 }, output === undefined ? {} : { outputs: [output] });
}
