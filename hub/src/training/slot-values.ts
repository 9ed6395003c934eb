import { averageName, float32, type Tensor } from '@edgeloop/onnx';
import type { Tensors } from '../graph-engine.ts';
import type { StateSlot } from './training-step.ts';

/** The state of these values, by name; undefined where one is missing or has another size. */
export function stateOf(slots: readonly StateSlot[], values: ReadonlyMap<string, Float32Array>): Tensors | undefined {
  const state: Record<string, Tensor> = {};
  for (const { name, dims, size } of slots) {
    const data = values.get(name);
    if (data?.length !== size) return undefined;
    state[name] = float32(data, dims);
  }
  return state;
}

/**
 * Values of the forward graph's initializers that training has reached: weights, or their averages where these are
 * kept, and statistics. They are the state's own tensors.
 */
export function reachedValues(slots: readonly StateSlot[], state: Tensors): Map<string, Tensor> {
  const kept = slots.filter(({ kind }) => kind === 'weight' || kind === 'statistic');
  return new Map(
    kept.flatMap(({ name }) => {
      const value = state[averageName(name)] ?? state[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
