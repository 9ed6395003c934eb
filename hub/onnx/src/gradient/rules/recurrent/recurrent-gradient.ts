import { int64 } from '../../../tensor/tensor.ts';
import type { GradientRule, RuleContext } from '../../rule-context.ts';
import { type DeltaProduct, deltaRows } from './delta-product.ts';
import { LayerDirection } from './layer-direction.ts';
import { INPUT, RecurrentLayer } from './recurrent-layer.ts';
import { type RanDirection, substituteLayer } from './substitute-layer.ts';

/** Gradients of one direction. A delta is the gradient before the activations, [time * batch, gates * hidden]. */
export interface CellGradients {
  /** Delta as the input with its weights and biases sees it. */
  readonly inputDelta: string;
  /** Delta as the recurrent biases see it. */
  readonly recurrentDelta: string;
  /** Products whose rows follow each other, [gates * hidden, hidden] in all. */
  readonly recurrence: () => readonly DeltaProduct[];
  /** [batch, hidden] */
  readonly initialHidden: () => string;
  /** [batch, hidden], LSTM only. */
  readonly initialCell?: () => string;
}

/** One kind of cell. `Values`: what its pass back needs of the forward pass. */
export interface RecurrentCell<Values> {
  /** Blocks of `hidden` rows in the weights. */
  readonly gates: number;
  /** Refuses what the cell does not do. */
  readonly check: (direction: LayerDirection) => void;
  /** Adds the forward pass in a form that leaves its values; all sequences are as long as the input. */
  readonly run: (direction: LayerDirection) => RanDirection<Values>;
  /** Adds nodes that compute the values again, from the output of the operator. */
  readonly recompute: (direction: LayerDirection) => Values;
  /** Adds the pass back through time. */
  readonly backward: (direction: LayerDirection, values: Values) => CellGradients;
}

interface Pass {
  readonly direction: LayerDirection;
  readonly gradients: CellGradients;
}

/**
 * Backpropagation through time for one kind of cell.
 *
 * Only what depends on the next step runs in a loop; the gradients of input and weights are large products over all
 * steps. ONNX Runtime's operators keep their gates to themselves, and to compute them again costs more than a loop of
 * our own does that keeps them; so that loop takes the operator's place, unless sequences end at different steps.
 */
export function recurrentGradient<Values>(cell: RecurrentCell<Values>): GradientRule {
  return (context) => {
    const layer = new RecurrentLayer(context, cell.gates);
    let known: Pass[] | undefined;
    const passes = (): Pass[] => {
      known ??= passesBack(layer, cell);
      return known;
    };
    const stacked = (input: number, parts: (pass: Pass) => readonly string[]) => (): string =>
      stack(context, passes().flatMap(parts), input);
    const rules = new Array<(() => string) | undefined>(INPUT.peepholes + 1).fill(undefined);
    rules[INPUT.x] = () => inputGradient(context, passes());
    const products = (input: number, parts: (pass: Pass) => readonly DeltaProduct[]) => (): string => {
      const all = passes().flatMap(parts);
      const made = all.map(({ delta, values }) => context.op('Gemm', [delta, values], { transA: 1 }));
      return context.inRows(stack(context, made, input), ...all.map((product) => deltaRows(layer.time, product)));
    };
    rules[INPUT.weights] = products(INPUT.weights, ({ gradients }) => {
      const width = layer.features;
      return [{ delta: gradients.inputDelta, rows: cell.gates * layer.hidden, values: layer.flatInput, width }];
    });
    rules[INPUT.recurrence] = products(INPUT.recurrence, ({ gradients }) => gradients.recurrence());
    rules[INPUT.bias] = stacked(INPUT.bias, ({ gradients }) => biasGradients(context, gradients));
    rules[INPUT.hidden] = stacked(INPUT.hidden, ({ gradients }) => [gradients.initialHidden()]);
    rules[INPUT.cell] = stacked(INPUT.cell, ({ gradients }) =>
      gradients.initialCell ? [gradients.initialCell()] : [],
    );
    return rules;
  };
}

function passesBack<Values>(layer: RecurrentLayer, cell: RecurrentCell<Values>): Pass[] {
  const directions = layer.directions.map((_, index) => new LayerDirection(layer, index));
  for (const direction of directions) cell.check(direction);
  const values = layer.lengths ? directions.map(cell.recompute) : substituteLayer(layer, directions, cell.run);
  return directions.map((direction, index) => ({
    direction,
    gradients: cell.backward(direction, values[index] as Values),
  }));
}

function inputGradient(context: RuleContext, passes: readonly Pass[]): string {
  // Each direction's product is added to that of the one before.
  const sum = passes.reduce<string | undefined>(
    (before, { direction, gradients }) => context.op('Gemm', [gradients.inputDelta, direction.weights, before]),
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
