import type { ExportContext } from '../export-context.ts';
import type { RecurrentCell } from './cells/recurrent-cell.ts';
import type { RecurrentRun, RunValues } from './recurrent-run.ts';
import { bodyNodes, type StepNodes } from './step-nodes.ts';

/** All steps by a loop over the cell. ONNX Scan-9 */
export function loopedRun(run: RecurrentRun, initial: readonly string[], context: ExportContext): RunValues {
  const { cell, mask, isBackwards } = run;
  const read = cell.read(context, run.input);
  const body = context.graph.inner('step');
  const nodes = bodyNodes(context, body);
  const open = cell.stateAxes.map(() => undefined);
  const states = initial.map(() => body.freshInput('state', 'float32', [undefined, ...open]));
  const entries = read.map(() => body.freshInput('entry', 'float32', [undefined, ...open]));
  const isCounted = mask && body.freshInput('counts', 'bool', [undefined, 1]);
  const next = maskedStep(cell, nodes, { entries, states, isCounted });
  const kept = run.needsSequence ? [body.node('Identity', [next[0]])] : [];
  for (const value of [...next, ...kept]) body.output(value, 'float32');
  const sequences = [...read, ...(mask ? [mask.bySteps] : [])];
  const outputs = context.graph.nodeWithOutputs(next.length + kept.length, 'Scan', [...initial, ...sequences], {
    body: body.graph(),
    num_scan_inputs: sequences.length,
    scan_input_directions: sequences.map(() => Number(isBackwards)),
    ...(kept.length > 0 ? { scan_output_directions: [Number(isBackwards)] } : {}),
  });
  return { sequence: outputs[next.length], states: outputs.slice(0, next.length) };
}

interface StepValues {
  /** What the cell has read of the input. */
  readonly entries: readonly string[];
  readonly states: readonly string[];
  /** Bool [batch, 1]; undefined: all rows count. */
  readonly isCounted: string | undefined;
}

/** One step; rows that do not count keep their states. */
function maskedStep(cell: RecurrentCell, nodes: StepNodes, { entries, states, isCounted }: StepValues): string[] {
  const next = cell.step(nodes, entries, states);
  if (isCounted === undefined) return next;
  return next.map((state, at) => nodes.node('Where', [isCounted, state, states[at]]));
}
