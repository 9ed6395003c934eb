import type { ExportContext } from '../export-context.ts';
import type { FusedCell } from './cells/fused-cell.ts';
import type { RecurrentRun, RunValues } from './recurrent-run.ts';

/**
 * All steps by one operator, also where steps are masked.
 *
 * TensorFlow.js keeps its states at masked steps, so the operator may run over the others only: they are moved to the
 * front, and what it gives is put back to the places of the steps.
 */
export function fusedRun(run: RecurrentRun, fused: FusedCell, context: ExportContext): RunValues {
  const { mask, initial, isBackwards } = run;
  const input = fused.input(run.input);
  const inputs = [mask ? compacted(run, input, context) : input, ...fused.weights()];
  const states = (initial ?? []).map((state) => unsqueezed(state, context));
  const attributes = { ...fused.attributes, direction: isBackwards ? 'reverse' : 'forward' };
  const count = run.cell.stateSizes.length + 1;
  const [sequence = '', ...last] = context.graph.nodeWithOutputs(
    ...([count, fused.operator, [...inputs, mask?.lengths, ...states], attributes] as const),
  );
  return {
    sequence: run.needsSequence ? outputsOf(run, squeezed(sequence, 1, context), context) : undefined,
    isBatchFirst: mask !== undefined,
    states: last.map((state, at) => {
      const own = squeezed(state, 0, context);
      return mask ? mask.last(own, initial?.[at]) : own;
    }),
  };
}

function compacted({ mask }: RecurrentRun, input: string, context: ExportContext): string {
  const rows = context.node('Transpose', [input], { perm: [1, 0, 2] });
  return context.node('Transpose', [mask?.compacted(rows)], { perm: [1, 0, 2] });
}

/** [time, batch, units]; with a mask [batch, time, units]. */
function outputsOf({ mask, initial, isBackwards }: RecurrentRun, name: string, context: ExportContext): string {
  if (!mask) return name;
  return mask.spread(context.node('Transpose', [name], { perm: [1, 0, 2] }), initial?.[0], isBackwards);
}

function unsqueezed(value: string, context: ExportContext): string {
  return context.node('Unsqueeze', [value, context.integers([0])]);
}

/** Without the axis that counts directions. */
function squeezed(value: string, axis: number, context: ExportContext): string {
  return context.node('Squeeze', [value, context.integers([axis])]);
}
