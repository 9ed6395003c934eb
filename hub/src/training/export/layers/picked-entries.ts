/**
 * Which of `size` entries TensorFlow.js takes for each of `count` when it resizes to the nearest one.
 *
 * @see image.resizeNearestNeighbor without half pixel centers
 */
export function nearestEntries(size: number, count: number, alignCorners: boolean): number[] {
  const isAligned = alignCorners && count > 1;
  const ratio = isAligned ? (size - 1) / (count - 1) : size / count;
  return Array.from({ length: count }, (_, at) => {
    const entry = alignCorners ? Math.round(ratio * at) : Math.floor(ratio * at);
    return Math.min(entry, size - 1);
  });
}

/**
 * Which of `size` entries TensorFlow.js takes for each of `count` when it crops from `margin` on; undefined beyond the
 * edge.
 *
 * @see image.cropAndResize with the method `nearest`, which computes with float32 shares of the size
 */
export function croppedEntries(size: number, count: number, margin: number): (number | undefined)[] {
  const first = Math.fround(margin / size);
  const last = Math.fround((margin + count) / size);
  const scale = count > 1 ? ((last - first) * (size - 1)) / (count - 1) : 0;
  return Array.from({ length: count }, (_, at) => {
    const entry = count > 1 ? first * (size - 1) + at * scale : 0.5 * (first + last) * (size - 1);
    return entry < 0 || entry > size - 1 ? undefined : Math.round(entry);
  });
}
