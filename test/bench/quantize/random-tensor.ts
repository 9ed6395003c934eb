import { float32, type TensorOf } from '@edgeloop/onnx';

/** Numbers in [0, 1) that repeat for a seed. @see Tommy Ettinger, mulberry32 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values between -`spread` and `spread`. */
export function randomTensor(random: () => number, dims: readonly number[], spread = 1): TensorOf<'float32'> {
  const length = dims.reduce((product, size) => product * size, 1);
  return float32(
    Float32Array.from({ length }, () => spread * (2 * random() - 1)),
    dims,
  );
}
