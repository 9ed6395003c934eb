import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { addScan } from './scan.ts';

/** h = f(W x + R h'), with ' for the step before. Value: df, [time, batch, hidden]. ONNX RNN-14 */
export const RNN_CELL: RecurrentCell<string> = { gates: 1, check, recompute, backward };

function check(direction: LayerDirection): void {
  if (!['tanh', 'relu'].includes(activationOf(direction))) {
    throw direction.context.refusal('the activation Tanh or Relu');
  }
}

function activationOf({ layer, index }: LayerDirection): string {
  return layer.activations(index, ['Tanh'])[0] ?? '';
}

/** Follows from the output alone; 0 behind the end of a sequence. */
function recompute(direction: LayerDirection): string {
  const { context, output } = direction;
  if (activationOf(direction) === 'relu') return context.op('Sign', [output]);
  return direction.where(context.op('Sub', [context.scalar(1), context.op('Mul', [output, output])]), 0);
}

function backward(direction: LayerDirection, slope: string): CellGradients {
  const { context, recurrence, isReversed } = direction;
  const outside = direction.outputGradient();
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [slope, outside],
    isReversed: !isReversed,
    step: (body, [hidden], [factor, fromOutside]) => {
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
