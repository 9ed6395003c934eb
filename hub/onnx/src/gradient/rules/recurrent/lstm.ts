import { addingGates, hiddenGradient } from './hidden-gradient.ts';
import type { LayerDirection } from './layer-direction.ts';
import { type LstmValues, recomputeLstm, runLstm } from './lstm-forward.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { addScan } from './scan.ts';

/** c = f c' + i g; h = o tanh(c), with gates in the order i, o, f, g and ' for the step before. ONNX LSTM-14 */
export const LSTM_CELL: RecurrentCell<LstmValues> = {
  gates: 4,
  check: ({ context, layer, index }) => {
    const names = layer.activations(index, ['Sigmoid', 'Tanh', 'Tanh']);
    if (names.join() !== 'sigmoid,tanh,tanh') throw context.refusal('the activations Sigmoid, Tanh, Tanh');
  },
  run: runLstm,
  recompute: recomputeLstm,
  backward,
};

function backward(direction: LayerDirection, values: LstmValues): CellGradients {
  const { context, recurrence, isReversed } = direction;
  const { cell, slopes } = factorsOf(direction, values);
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient(), direction.lastCellGradient()],
    sequences: [direction.outputGradient(), cell, values.forget, ...slopes],
    isReversed: !isReversed,
    step: (body, [hidden, next], [outside, cellFactor, forget, i, o, f, g]) => {
      const dh = hiddenGradient(body, hidden, outside);
      const dc = body.node('Add', [next, body.node('Mul', [dh, cellFactor])]);
      const deltas = [
        [dc, i],
        [dh, o],
        [dc, f],
        [dc, g],
      ].map((factors) => body.node('Mul', factors));
      const delta = body.node('Concat', deltas, { axis: 1 });
      return { states: [body.node('Gemm', [delta, recurrence]), body.node('Mul', [dc, forget])], kept: [delta] };
    },
  });
  const [hidden = '', initialCell = ''] = states;
  const [steps = ''] = kept;
  return { ...addingGates(direction, steps, hidden), initialCell: () => initialCell };
}

/** [time, batch, hidden] each. */
interface Factors {
  /** dc / dh */
  readonly cell: string;
  /** Slopes of c, h, c and c before the activations of the four gates. */
  readonly slopes: readonly string[];
}

/** All have the form u - v s: what a gate s lets through changes by u - u s, what tanh gives as s by u - u s s. */
function factorsOf({ context, output: hidden }: LayerDirection, values: LstmValues): Factors {
  const { input, output, forget, candidate, added, remaining, squashed } = values;
  const minus = (value: string, other: string, share: string): string =>
    context.op('Sub', [value, context.op('Mul', [other, share])]);
  return {
    cell: minus(output, hidden, squashed),
    slopes: [
      minus(added, added, input),
      minus(hidden, hidden, output),
      minus(remaining, remaining, forget),
      minus(input, added, candidate),
    ],
  };
}
