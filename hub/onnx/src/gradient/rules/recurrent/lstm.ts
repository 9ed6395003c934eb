import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { GateProducts } from './gate-products.ts';
import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { INPUT } from './recurrent-layer.ts';
import { addScan } from './scan.ts';

/**
 * c = f c' + i g; h = o tanh(c), with gates in the order i, o, f, g and ' for the step before. ONNX LSTM-14
 *
 * Every factor below is of the form u - u s, where u is what a gate s let through.
 */
export const LSTM_CELL: RecurrentCell = { gates: 4, backward };

interface Gates {
  readonly input: string;
  readonly output: string;
  readonly forget: string;
  readonly candidate: string;
}

/** What the pass back needs of the forward pass, [time, batch, hidden] each. */
interface Factors {
  /** dc / dh */
  readonly cell: string;
  /** dc' / dc */
  readonly forget: string;
  /** Slopes of c, h, c and c before the activations of the four gates. */
  readonly slopes: readonly string[];
}

function backward(direction: LayerDirection): CellGradients {
  requireActivations(direction);
  const { context, recurrence, isReversed } = direction;
  const { cell, forget, slopes } = factorsOf(direction, gatesOf(direction));
  const fromOutside = direction.outputGradient();
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient(), direction.lastCellGradient()],
    sequences: [cell, forget, ...slopes, ...(fromOutside === undefined ? [] : [fromOutside])],
    isReversed: !isReversed,
    step: (body, [hidden = '', next = ''], [cellFactor, forgetFactor, i, o, f, g, outside]) => {
      const dh = outside === undefined ? hidden : op(body, 'Add', hidden, outside);
      const dc = op(body, 'Add', next, op(body, 'Mul', dh, cellFactor));
      const deltas = [op(body, 'Mul', dc, i), op(body, 'Mul', dh, o), op(body, 'Mul', dc, f), op(body, 'Mul', dc, g)];
      const delta = body.node('Concat', deltas, { axis: 1 });
      return { states: [body.node('Gemm', [delta, recurrence]), op(body, 'Mul', dc, forgetFactor)], kept: [delta] };
    },
  });
  const [hidden = '', initialCell = ''] = states;
  const [steps = ''] = kept;
  const delta = direction.flat(steps);
  return {
    inputDelta: delta,
    recurrentDelta: delta,
    recurrence: () => context.op('Gemm', [delta, direction.flatPrevious], { transA: 1 }),
    initialHidden: () => direction.initialHidden(steps, hidden),
    initialCell: () => initialCell,
  };
}

function gatesOf(direction: LayerDirection): Gates {
  const products = new GateProducts(direction);
  const gate = (index: number, activation: string): string =>
    direction.activated(activation, products.complete(index, direction.flatPrevious));
  // Behind the end of a sequence nothing comes in or out and the cell stays: that makes all slopes 0 there.
  return {
    input: direction.where(gate(0, 'Sigmoid'), 0),
    output: direction.where(gate(1, 'Sigmoid'), 0),
    forget: direction.where(gate(2, 'Sigmoid'), 1),
    candidate: gate(3, 'Tanh'),
  };
}

function factorsOf(direction: LayerDirection, { input, output, forget, candidate }: Gates): Factors {
  const { context, isReversed } = direction;
  const added = context.op('Mul', [input, candidate]);
  const { kept } = addScan(context, {
    states: [direction.initialState(INPUT.cell)],
    sequences: [forget, added],
    isReversed,
    step: (body, [cell = ''], [f, plus]) => {
      const rest = op(body, 'Mul', cell, f);
      const next = op(body, 'Add', rest, plus);
      return { states: [next], kept: [rest, op(body, 'Tanh', next)] };
    },
  });
  const [remaining = '', squashed = ''] = kept;
  const minus = (value: string, other: string, gate: string): string =>
    context.op('Sub', [value, context.op('Mul', [other, gate])]);
  const hidden = direction.output;
  return {
    cell: minus(output, hidden, squashed),
    forget,
    slopes: [
      minus(added, added, input),
      minus(hidden, hidden, output),
      minus(remaining, remaining, forget),
      minus(input, added, candidate),
    ],
  };
}

function requireActivations({ context, layer, index }: LayerDirection): void {
  const names = layer.activations(index, ['Sigmoid', 'Tanh', 'Tanh']);
  if (names.join() !== 'sigmoid,tanh,tanh') throw context.refusal('the activations Sigmoid, Tanh, Tanh');
}

function op(body: GraphBuilder, operator: string, ...inputs: readonly (string | undefined)[]): string {
  return body.node(operator, inputs);
}
