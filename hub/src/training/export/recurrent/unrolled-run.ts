import type { ExportContext } from '../export-context.ts';
import { maskedStep } from './masked-step.ts';
import type { RecurrentRun, RunValues } from './recurrent-run.ts';
import { splitEvenly } from './step-nodes.ts';

/** Largest number of steps; each of them is some twenty nodes of the training graph. */
export const MAX_UNROLLED_STEPS = 256;

/** All steps one behind the other, for training: a loop has no gradient. */
export function unrolledRun(run: RecurrentRun, initial: readonly string[], context: ExportContext): RunValues {
  const { cell, mask, isBackwards, layer } = run;
  const steps = run.steps ?? Number.POSITIVE_INFINITY;
  if (steps > MAX_UNROLLED_STEPS) {
    const reason = 'in training, a cell whose gradient has no operator must run over a known number of steps';
    throw context.refusal(layer, `${reason}, at most ${MAX_UNROLLED_STEPS}, got ${run.steps ?? 'an open one'}`);
  }
  const read = cell.read(context, run.input).map((value) => piecesOf(context, value, steps));
  const counts = mask && piecesOf(context, mask.bySteps, steps);
  const order = Array.from({ length: steps }, (_, at) => (isBackwards ? steps - 1 - at : at));
  const outputs: string[] = [];
  let states = [...initial];
  for (const step of order) {
    const entries = read.map((pieces) => pieces[step] ?? '');
    states = maskedStep(cell, context, { entries, states, isCounted: counts?.[step] });
    outputs[step] = states[0] ?? '';
  }
  return { sequence: run.needsSequence ? stacked(context, outputs) : undefined, states };
}

/** The entries of the first axis. */
function piecesOf(context: ExportContext, value: string, count: number): string[] {
  return splitEvenly(context, value, count, 0).map((piece) => context.node('Squeeze', [piece, context.integers([0])]));
}

function stacked(context: ExportContext, steps: readonly string[]): string {
  const rows = steps.map((step) => context.node('Unsqueeze', [step, context.integers([0])]));
  return context.node('Concat', rows, { axis: 0 });
}
