import { UsageError } from '../errors.ts';
import { type TensorOf, tensor } from '../tensor/tensor.ts';
import type { StateTensor, TrainingGraph } from './training-graph.ts';

/** The state of a training graph, as far as names go. */
interface NamedState {
  readonly state: readonly Pick<StateTensor, 'name' | 'input' | 'output'>[];
}

/** What the first run of a training graph starts from, by the graph's inputs. */
export function firstState({ state }: Pick<TrainingGraph, 'state'>): Record<string, TensorOf<'float32'>> {
  return Object.fromEntries(state.map(({ input, dims, initial }) => [input, tensor('float32', dims, initial)]));
}

/**
 * What the next run starts from: the state among the outputs of a run, by the graph's inputs.
 *
 * @throws UsageError STATE_MISMATCH when an output is missing
 */
export function nextState<Value>(
  { state }: NamedState,
  outputs: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const next: Record<string, Value> = {};
  for (const { input, output, name } of state) {
    const value = outputs[output];
    if (value === undefined) {
      throw new UsageError('STATE_MISMATCH', `Outputs must hold ${output}, the next ${name}, got none`, {
        place: { value: output },
      });
    }
    next[input] = value;
  }
  return next;
}

/** Values of a state by name, as `applyState` and `averagedState` take them. */
export function stateByName(
  { state }: NamedState,
  values: Readonly<Record<string, { readonly data: unknown }>>,
): Map<string, Float32Array> {
  return new Map(
    state.map(({ name, input }) => {
      const data = values[input]?.data;
      if (data instanceof Float32Array) return [name, data];
      throw new UsageError('STATE_MISMATCH', `State must hold float32 values of ${name}, got ${typeof data}`, {
        place: { value: input },
      });
    }),
  );
}
