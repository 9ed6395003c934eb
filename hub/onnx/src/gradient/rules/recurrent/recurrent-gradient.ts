import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { LayerDirection } from './layer-direction.ts';
import { INPUT, RecurrentLayer } from './recurrent-layer.ts';

/** Gradients of one direction. A delta is the gradient before the activations, [time * batch, gates * hidden]. */
export interface CellGradients {
  /** Delta as the input with its weights and biases sees it. */
  readonly inputDelta: string;
  /** Delta as the recurrent biases see it. */
  readonly recurrentDelta: string;
  /** [gates * hidden, hidden] */
  readonly recurrence: () => string;
  /** [batch, hidden] */
  readonly initialHidden: () => string;
  /** [batch, hidden], LSTM only. */
  readonly initialCell?: () => string;
}

export interface RecurrentCell {
  /** Blocks of `hidden` rows in the weights. */
  readonly gates: number;
  /** Adds the pass back through time of one direction. */
  readonly backward: (direction: LayerDirection) => CellGradients;
}

interface Pass {
  readonly direction: LayerDirection;
  readonly cell: CellGradients;
}

/**
 * Backpropagation through time for one kind of cell.
 *
 * The gates of all steps are computed again in a few large products, and so are the gradients of the weights; only what
 * depends on the next step runs in a loop.
 */
export function recurrentGradient({ gates, backward }: RecurrentCell): GradientRule {
  return (context) => {
    const layer = new RecurrentLayer(context, gates);
    let known: Pass[] | undefined;
    const passes = (): Pass[] => {
      known ??= layer.directions.map((_, index) => {
        const direction = new LayerDirection(layer, index);
        return { direction, cell: backward(direction) };
      });
      return known;
    };
    const stacked = (input: number, parts: (pass: Pass) => readonly string[]) => (): string =>
      stack(context, passes().flatMap(parts), input);
    const rules = new Array<(() => string) | undefined>(INPUT.peepholes + 1).fill(undefined);
    rules[INPUT.x] = () => inputGradient(context, passes());
    rules[INPUT.weights] = stacked(INPUT.weights, ({ cell }) => [
      context.op('Gemm', [cell.inputDelta, layer.flatInput], { transA: 1 }),
    ]);
    rules[INPUT.recurrence] = stacked(INPUT.recurrence, ({ cell }) => [cell.recurrence()]);
    rules[INPUT.bias] = stacked(INPUT.bias, ({ cell }) => biasGradients(context, cell));
    rules[INPUT.hidden] = stacked(INPUT.hidden, ({ cell }) => [cell.initialHidden()]);
    rules[INPUT.cell] = stacked(INPUT.cell, ({ cell }) => (cell.initialCell ? [cell.initialCell()] : []));
    return rules;
  };
}

function inputGradient(context: RuleContext, passes: readonly Pass[]): string {
  // Each direction's product is added to that of the one before.
  const sum = passes.reduce<string | undefined>(
    (before, { direction, cell }) => context.op('Gemm', [cell.inputDelta, direction.weights, before]),
    undefined,
  );
  return context.op('Reshape', [sum, context.shapeOf(INPUT.x)]);
}

function biasGradients(context: RuleContext, { inputDelta, recurrentDelta }: CellGradients): string[] {
  const rows = context.constant(int64([0]));
  const total = (delta: string): string => context.op('ReduceSum', [delta, rows], { keepdims: 0 });
  const own = total(inputDelta);
  return [own, recurrentDelta === inputDelta ? own : total(recurrentDelta)];
}

/** Parts one behind the other, in the shape of an input. */
function stack(context: RuleContext, parts: readonly string[], input: number): string {
  const [first = ''] = parts;
  const all = parts.length === 1 ? first : context.op('Concat', parts, { axis: 0 });
  return context.op('Reshape', [all, context.shapeOf(input)]);
}
