import { int64 } from '../../../tensor/tensor.ts';
import type { RuleContext } from '../../rule-context.ts';
import type { LayerDirection } from './layer-direction.ts';
import { OUTPUT, type RecurrentLayer } from './recurrent-layer.ts';

/** One direction after its forward pass. */
export interface RanDirection<Values> {
  readonly values: Values;
  /** Hidden states [time, batch, hidden]. */
  readonly sequence: string;
  /** Last hidden state, and last cell state where there is one, [batch, hidden] each. */
  readonly states: readonly string[];
}

/** Puts the loops of `run` in the place of the operator and returns their values, one entry per direction. */
export function substituteLayer<Values>(
  { context, sequence }: RecurrentLayer,
  directions: readonly LayerDirection[],
  run: (direction: LayerDirection) => RanDirection<Values>,
): Values[] {
  const values: Values[] = [];
  context.substitute(() => {
    const ran = directions.map(run);
    values.push(...ran.map((direction) => direction.values));
    write(
      context,
      sequence,
      ran.map((direction) => direction.sequence),
      1,
    );
    for (const [state, output] of [OUTPUT.hidden, OUTPUT.cell].entries()) {
      write(
        context,
        context.output(output),
        ran.map(({ states }) => states[state] ?? ''),
        0,
      );
    }
  });
  return values;
}

/** Writes an output of the operator, whose axis `axis` counts directions. */
function write(context: RuleContext, output: string, parts: readonly string[], axis: number): void {
  if (output === '') return;
  const at = context.constant(int64([axis]));
  const [first, second] = parts;
  if (second === undefined) context.write(output, 'Unsqueeze', [first, at]);
  else
    context.write(
      output,
      'Concat',
      parts.map((part) => context.op('Unsqueeze', [part, at])),
      { axis },
    );
}
