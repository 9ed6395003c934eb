import type { ExportContext } from '../export-context.ts';
import { fusedRun } from './fused-run.ts';
import { loopedRun } from './looped-run.ts';
import type { RecurrentResult, RecurrentRun, RunValues, StepOutputs } from './recurrent-run.ts';

/** Adds one direction of a layer: the operator of its cell, else a loop. */
export function runRecurrent(run: RecurrentRun, context: ExportContext): RecurrentResult {
  const values = valuesOf(run, context);
  const { stateAxes } = run.cell;
  return {
    sequence: values.sequence === undefined ? undefined : inLayout(values.sequence, values, stateAxes),
    states: values.states.map((name) => ({ name, axes: [0, ...stateAxes], mask: null })),
  };
}

function valuesOf(run: RecurrentRun, context: ExportContext): RunValues {
  if (run.cell.fused) return fusedRun(run, run.cell.fused, context);
  const initial = run.initial ?? run.cell.stateSizes.map((sizes) => zeros(run, sizes, context));
  return loopedRun(run, initial, context);
}

function inLayout(name: string, { isBatchFirst }: RunValues, stateAxes: readonly number[]): StepOutputs {
  return { name, axes: [...(isBatchFirst ? [0, 1] : [1, 0]), ...stateAxes.map((axis) => axis + 1)] };
}

function zeros({ batch }: RecurrentRun, sizes: readonly number[], context: ExportContext): string {
  return context.node('ConstantOfShape', [context.node('Concat', [batch(), context.integers(sizes)], { axis: 0 })]);
}
