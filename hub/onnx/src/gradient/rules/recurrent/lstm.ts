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
  const { context, layer, output, recurrence, isReversed } = direction;
  const given = [output, ...VALUES.map((name) => values[name])];
  const factorsOfAll = (): readonly string[] => factorsOf((operator, inputs) => context.op(operator, inputs), given);
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient(), direction.lastCellGradient()],
    // Made outside of the loop they are there for all steps at once; made in it, it has more to do for small ones.
    sequences: [direction.outputGradient(), ...(layer.hasLargeWeights ? given : factorsOfAll())],
    isReversed: !isReversed,
    step: (body, [hidden, next], [outside, ...read]) => {
      const own = read.map((value) => value ?? '');
      const factors = layer.hasLargeWeights ? factorsOf((operator, inputs) => body.node(operator, inputs), own) : own;
      const [cell, forget, i, o, f, g] = factors;
      const dh = hiddenGradient(body, hidden, outside);
      const dc = body.node('Add', [next, body.node('Mul', [dh, cell])]);
      const deltas = [
        [dc, i],
        [dh, o],
        [dc, f],
        [dc, g],
      ].map((parts) => body.node('Mul', parts));
      const delta = body.node('Concat', deltas, { axis: 1 });
      return { states: [body.node('Gemm', [delta, recurrence]), body.node('Mul', [dc, forget])], kept: [delta] };
    },
  });
  const [hidden = '', initialCell = ''] = states;
  const [steps = ''] = kept;
  return { ...addingGates(direction, steps, hidden), initialCell: () => initialCell };
}

const VALUES = ['input', 'output', 'forget', 'candidate', 'added', 'remaining', 'squashed'] as const;

/**
 * From h and `VALUES`: dc / dh, f, and the slopes of c, h, c and c before the activations of the four gates.
 *
 * All but f have the form u - v s: what a gate s lets through changes by u - u s, what tanh gives as s by u - u s s.
 */
function factorsOf(
  op: (operator: string, inputs: readonly string[]) => string,
  [
    hidden = '',
    input = '',
    output = '',
    forget = '',
    candidate = '',
    added = '',
    remaining = '',
    squashed = '',
  ]: readonly string[],
): readonly string[] {
  const minus = (value: string, other: string, share: string): string => op('Sub', [value, op('Mul', [other, share])]);
  return [
    minus(output, hidden, squashed),
    forget,
    minus(added, added, input),
    minus(hidden, hidden, output),
    minus(remaining, remaining, forget),
    minus(input, added, candidate),
  ];
}
