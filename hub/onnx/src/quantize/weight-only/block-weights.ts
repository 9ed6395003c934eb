import type { TensorOf } from '../../tensor/tensor.ts';
import { MIN_SCALE, roundTiesToEven } from '../weights/quantized-weights.ts';

/** Bits of a weight. */
export type WeightBits = 8 | 4;

export interface BlockOptions {
  readonly bits: WeightBits;
  /** Weights of one output that share a scale; a power of two, at least 16. */
  readonly blockSize: number;
  /** [output * block]; scales of weights quantized earlier, kept where they fit. */
  readonly previousScales?: Float32Array;
}

/** A scale is kept while the squared error is at most this many times that of the best one. */
const MAX_WORSENING = 1.25;

/**
 * A matrix in blocks along its inputs: weight = (code - 2^(bits - 1)) * scale of the block.
 *
 * A weight takes bits + 32 / blockSize bits: 9 and 5 with blocks of 32.
 */
export interface BlockWeights {
  /** [output, block, blockSize * bits / 8]; of two codes in a byte the first has the low bits. Filled up with zeros. */
  readonly codes: TensorOf<'uint8'>;
  /** [output * block]; may be negative. */
  readonly scales: Float32Array;
}

/** Shares of the full scale that are tried for 4 bits: cutting the largest weight off a little can suit the others. */
const CUTS: Readonly<Record<WeightBits, readonly number[]>> = { 8: [1], 4: [1, 0.95, 0.9, 0.85, 0.8] };

/**
 * Weights [input, output], given entry by entry, as blocks.
 *
 * The largest weight of a block gets the outermost code, the lowest one, which has no counterpart above: the sign of the
 * scale decides on which side it lies.
 *
 * @see ONNX Runtime contrib operator MatMulNBits
 */
export function blockWeights(
  weightAt: (input: number, output: number) => number,
  [inputs, outputs]: readonly [number, number],
  { bits, blockSize, previousScales }: BlockOptions,
): BlockWeights {
  const blocks = Math.ceil(inputs / blockSize);
  const blockBytes = (blockSize * bits) / 8;
  const codes = new Uint8Array(outputs * blocks * blockBytes);
  const scales = new Float32Array(outputs * blocks);
  const weights = new Float64Array(blockSize);
  for (let output = 0; output < outputs; output++) {
    for (let block = 0; block < blocks; block++) {
      for (let at = 0; at < blockSize; at++) {
        const input = block * blockSize + at;
        weights[at] = input < inputs ? weightAt(input, output) : 0;
      }
      const place = output * blocks + block;
      const scale = keptScale(weights, bits, previousScales?.[place]);
      scales[place] = scale;
      writeCodes(codes.subarray(place * blockBytes, (place + 1) * blockBytes), weights, scale, bits);
    }
  }
  return { codes: { type: 'uint8', dims: [outputs, blocks, blockBytes], data: codes }, scales };
}

/** The value that a code stands for. */
export function blockWeight(code: number, scale: number, bits: WeightBits): number {
  return (code - 2 ** (bits - 1)) * scale;
}

function keptScale(weights: Float64Array, bits: WeightBits, previous: number | undefined): number {
  const best = bestScale(weights, bits);
  if (previous === undefined || previous === 0) return best;
  const most = MAX_WORSENING * squaredError(weights, best, bits);
  return squaredError(weights, previous, bits) <= most ? previous : best;
}

function bestScale(weights: Float64Array, bits: WeightBits): number {
  let extreme = 0;
  for (const weight of weights) if (Math.abs(weight) > Math.abs(extreme)) extreme = weight;
  if (Math.abs(extreme) < MIN_SCALE) return 1;
  const [full, ...cut] = CUTS[bits].map((share) => Math.fround((share * extreme) / -(2 ** (bits - 1))));
  let [best, least] = [full ?? 1, cut.length === 0 ? 0 : squaredError(weights, full ?? 1, bits)];
  for (const scale of cut) {
    const error = squaredError(weights, scale, bits);
    if (error < least) [best, least] = [scale, error];
  }
  return best;
}

function squaredError(weights: Float64Array, scale: number, bits: WeightBits): number {
  let sum = 0;
  for (const weight of weights) sum += (weight - blockWeight(codeOf(weight, scale, bits), scale, bits)) ** 2;
  return sum;
}

function codeOf(weight: number, scale: number, bits: WeightBits): number {
  const middle = 2 ** (bits - 1);
  return Math.max(0, Math.min(2 * middle - 1, roundTiesToEven(weight / scale) + middle));
}

function writeCodes(bytes: Uint8Array, weights: Float64Array, scale: number, bits: WeightBits): void {
  const perByte = 8 / bits;
  for (const [at, weight] of weights.entries()) {
    const byte = Math.floor(at / perByte);
    bytes[byte] = (bytes[byte] ?? 0) | (codeOf(weight, scale, bits) << (bits * (at % perByte)));
  }
}
