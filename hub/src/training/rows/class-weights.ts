/** Weight of each class so that all classes weigh the same together: rows / (classes * rows of the class). */
export function balancedClassWeights(labels: Int32Array, classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : labels.length / (present * count)));
}
