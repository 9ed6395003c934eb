import type { ExportContext } from '../export-context.ts';
import type { LayerResult } from '../layer-value.ts';
import type { RecurrentResult, StepOutputs } from './recurrent-run.ts';

export interface OutputOptions {
  /** Whether the outputs of all steps are given from the last one to the first one. */
  readonly isReversed: boolean;
  /** Of the layer's input. */
  readonly mask: string | undefined;
}

/** The layer's own output: that of all steps where it has a sequence, else the first of the last states. */
export function outputOf(
  { sequence, states }: RecurrentResult,
  { isReversed, mask }: OutputOptions,
  context: ExportContext,
): LayerResult {
  const [last] = states;
  if (last === undefined || sequence === undefined) return { name: '', ...last, mask: null };
  const { name, axes } = isReversed ? reversed(sequence, context) : sequence;
  return { name, axes, mask: mask ?? null };
}

function reversed({ name, axes }: StepOutputs, context: ExportContext): StepOutputs {
  const parts = [[-1], [Number.MIN_SAFE_INTEGER], [axes.indexOf(1)], [-1]].map((values) => context.integers(values));
  return { name: context.node('Slice', [name, ...parts]), axes };
}
