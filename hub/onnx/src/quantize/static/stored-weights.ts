import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { float32, tensor } from '../../tensor/tensor.ts';
import type { QuantizedNode } from '../plan/quantization-plan.ts';
import type { QuantizedWeights } from '../weights/quantized-weights.ts';

interface Stored extends QuantizedWeights {
  /** Values, scales and, but for convolutions, zero-points. */
  readonly inputs: readonly string[];
}

/** Integer weights of a graph: those of nodes that share weights, and come to the same integers, once. */
export class StoredWeights {
  readonly #graph: GraphBuilder;
  readonly #stored = new Map<string, Stored[]>();

  constructor(graph: GraphBuilder) {
    this.#graph = graph;
  }

  /** Names of what a DequantizeLinear of these weights reads. */
  inputsOf(
    { operator, weight }: QuantizedNode,
    dims: readonly number[],
    quantized: QuantizedWeights,
  ): readonly string[] {
    // ONNX Runtime fuses a convolution without zero-points too, which are a good part of a depthwise one's bytes.
    const hasZeroPoints = operator !== 'Conv';
    const key = `${hasZeroPoints}:${weight}`;
    const known = this.#stored.get(key) ?? [];
    const same = known.find((entry) => isSame(entry, quantized));
    if (same) return same.inputs;
    const inputs = this.#add(weight, dims, quantized, hasZeroPoints);
    this.#stored.set(key, [...known, { ...quantized, inputs }]);
    return inputs;
  }

  #add(
    weight: string,
    dims: readonly number[],
    { values, scales }: QuantizedWeights,
    hasZeroPoints: boolean,
  ): string[] {
    const inputs = [
      this.#graph.constant(tensor('int8', dims, values), `${weight}_quantized`),
      this.#graph.constant(float32(scales), `${weight}_scale`),
    ];
    if (!hasZeroPoints) return inputs;
    const zeros = tensor('int8', [scales.length], new Int8Array(scales.length));
    return [...inputs, this.#graph.constant(zeros, `${weight}_zero_point`)];
  }
}

function isSame(first: QuantizedWeights, second: QuantizedWeights): boolean {
  const areEqual = (one: Float32Array | Int8Array, other: Float32Array | Int8Array): boolean =>
    Buffer.compare(bytesOf(one), bytesOf(other)) === 0;
  return areEqual(first.scales, second.scales) && areEqual(first.values, second.values);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
