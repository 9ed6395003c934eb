import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { addScan } from './scan.ts';

/** h = f(W x + R h'), with ' for the step before. ONNX RNN-14 */
export const RNN_CELL: RecurrentCell = { gates: 1, backward };

function backward(direction: LayerDirection): CellGradients {
  const { context, recurrence, isReversed } = direction;
  const outside = direction.outputGradient();
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [slope(direction), ...(outside === undefined ? [] : [outside])],
    isReversed: !isReversed,
    step: (body, [hidden = ''], [factor, fromOutside]) => {
      const dh = fromOutside === undefined ? hidden : body.node('Add', [hidden, fromOutside]);
      const delta = body.node('Mul', [dh, factor]);
      return { states: [body.node('Gemm', [delta, recurrence])], kept: [delta] };
    },
  });
  const [hidden = ''] = states;
  const [steps = ''] = kept;
  const delta = direction.flat(steps);
  return {
    inputDelta: delta,
    recurrentDelta: delta,
    recurrence: () => context.op('Gemm', [delta, direction.flatPrevious], { transA: 1 }),
    initialHidden: () => direction.initialHidden(steps, hidden),
  };
}

/** df from the output alone, [time, batch, hidden]; 0 behind the end of a sequence. */
function slope(direction: LayerDirection): string {
  const { context, layer, index, output } = direction;
  const [activation] = layer.activations(index, ['Tanh']);
  switch (activation) {
    case 'tanh':
      return direction.where(context.op('Sub', [context.scalar(1), context.op('Mul', [output, output])]), 0);
    case 'relu':
      return context.op('Sign', [output]);
    default:
      throw context.refusal('the activation Tanh or Relu');
  }
}
