import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import type { RuleContext } from '../../rule-context.ts';

export interface StepResult {
  /** Next states. */
  readonly states: readonly string[];
  /** What is kept of the step; no value that is a state too. */
  readonly kept: readonly string[];
}

export interface ScanOptions {
  /** First states, [batch, width] each. */
  readonly states: readonly string[];
  /** What the steps read, [time, batch, width] each; an entry may be left out. */
  readonly sequences: readonly (string | undefined)[];
  /** Whether the last step comes first. */
  readonly isReversed: boolean;
  /** Adds the nodes of one step: states and entries are [batch, width], or left out like their sequences. */
  readonly step: (
    body: GraphBuilder,
    states: readonly string[],
    entries: readonly (string | undefined)[],
  ) => StepResult;
}

export interface AddedScan {
  /** Last states, [batch, width] each. */
  readonly states: readonly string[];
  /** What the steps kept, [time, batch, width] each, in the order of time. */
  readonly kept: readonly string[];
}

/** Adds a loop over time. ONNX Scan-9 */
export function addScan(context: RuleContext, { states, sequences, isReversed, step }: ScanOptions): AddedScan {
  const body = context.inner('grad_step');
  const declare = (prefix: string): string => body.freshInput(prefix, context.floatType, [undefined, undefined]);
  const result = step(
    body,
    states.map(() => declare('state')),
    sequences.map((sequence) => (sequence === undefined ? undefined : declare('entry'))),
  );
  for (const value of [...result.states, ...result.kept]) body.output(value, context.floatType, [undefined, undefined]);
  const read = sequences.filter((sequence) => sequence !== undefined);
  const attributes = {
    body: body.graph(),
    num_scan_inputs: read.length,
    scan_input_directions: read.map(() => Number(isReversed)),
    scan_output_directions: result.kept.map(() => Number(isReversed)),
  };
  const count = result.states.length + result.kept.length;
  const outputs = context.opMany('Scan', [...states, ...read], attributes, count);
  return { states: outputs.slice(0, states.length), kept: outputs.slice(states.length) };
}
