import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients } from './recurrent-gradient.ts';

/** Gradient of a step's hidden state, [batch, hidden]: what the step behind it gives, and what reads the output. */
export function hiddenGradient(body: GraphBuilder, carried: string | undefined, outside: string | undefined): string {
  return outside === undefined ? (carried ?? '') : body.node('Add', [carried, outside]);
}

/**
 * Gradients of a cell whose gates add what the input gives to what the step before gives, so that both see the same.
 *
 * @param steps deltas of the steps, [time, batch, gates * hidden]
 * @param carried gradient of the state in front of the first step
 */
export function addingGates(direction: LayerDirection, steps: string, carried: string): CellGradients {
  const delta = direction.flat(steps);
  return {
    inputDelta: delta,
    recurrentDelta: delta,
    recurrence: () => [direction.previousProduct(delta, direction.layer.gates)],
    initialHidden: () => direction.initialHidden(steps, carried),
  };
}
