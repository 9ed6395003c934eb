import { averageName, type Tensor } from '@edgeloop/onnx';
import type { Tensors } from '../../graph-engine.ts';
import type { StateSlot } from './training-step.ts';

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
