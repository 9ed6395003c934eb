import type { RecurrentCell } from './cells/recurrent-cell.ts';
import type { StepNodes } from './step-nodes.ts';

export interface StepValues {
  /** What the cell has read of the input. */
  readonly entries: readonly string[];
  readonly states: readonly string[];
  /** Bool [batch, 1]; undefined: all rows count. */
  readonly isCounted: string | undefined;
}

/** One step; rows that do not count keep their states. */
export function maskedStep(
  cell: RecurrentCell,
  nodes: StepNodes,
  { entries, states, isCounted }: StepValues,
): string[] {
  const next = cell.step(nodes, entries, states);
  if (isCounted === undefined) return next;
  return next.map((state, at) => nodes.node('Where', [isCounted, state, states[at]]));
}
