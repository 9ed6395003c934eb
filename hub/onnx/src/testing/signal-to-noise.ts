/** Signal-to-noise ratio of values that should be `reference`, in decibels. */
export function signalToNoise(reference: Float32Array, values: Float32Array): number {
  let [signal, noise] = [0, 0];
  for (const [at, entry] of reference.entries()) {
    signal += entry ** 2;
    noise += (entry - (values[at] ?? 0)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
