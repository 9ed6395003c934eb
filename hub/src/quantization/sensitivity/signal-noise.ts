import type { Tensors } from '../../graph-engine.ts';
import { floatingValues } from '../yardstick/floating-values.ts';

/**
 * Energy of the error as a share of the energy of the signal, of the floating-point output that has the largest; 0
 * where nothing differs, Infinity where a shape or a number that is not finite does.
 *
 * @param signal outputs of float32, run by run
 * @param got outputs of the other form for the same inputs
 */
export function noiseShare(signal: readonly Tensors[], got: readonly Tensors[]): number {
  const names = Object.keys(signal[0] ?? {});
  return Math.max(0, ...names.map((name) => outputNoise(signal, got, name)));
}

/** Signal-to-quantization-noise ratio in decibels. */
export function decibels(noise: number): number {
  return -10 * Math.log10(noise);
}

function outputNoise(signal: readonly Tensors[], got: readonly Tensors[], name: string): number {
  let [energy, error] = [0, 0];
  for (const [run, outputs] of signal.entries()) {
    const [first, second] = [outputs[name], got[run]?.[name]];
    const values = first && floatingValues(first);
    // Other types tell nothing by degrees.
    if (values === undefined) return 0;
    const others = second && floatingValues(second);
    if (others?.length !== values.length) return Number.POSITIVE_INFINITY;
    for (let at = 0; at < values.length; at++) {
      const [value, other] = [values[at] ?? 0, others[at] ?? 0];
      if (Object.is(value, other)) error += 0;
      else error += (value - other) ** 2;
      if (Number.isFinite(value)) energy += value ** 2;
    }
  }
  if (error === 0) return 0;
  return Number.isNaN(error) || energy === 0 ? Number.POSITIVE_INFINITY : error / energy;
}
