/** How all pixels are brought to a common scale: (x - mean) / deviation. */
export interface ImageScaling {
  readonly mean: number;
  readonly deviation: number;
}

/** Mean and deviation over all pixels that are there; deviation 1 where all are the same. */
export function imageScaling({ values }: { readonly values: Float32Array }): ImageScaling {
  let [count, mean, squares] = [0, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  const deviation = count === 0 ? 0 : Math.sqrt(squares / count);
  return { mean, deviation: deviation > 0 ? deviation : 1 };
}
