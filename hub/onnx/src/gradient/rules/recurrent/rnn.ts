import { GateProducts } from './gate-products.ts';
import { addingGates, hiddenGradient } from './hidden-gradient.ts';
import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { INPUT } from './recurrent-layer.ts';
import { addScan } from './scan.ts';
import type { RanDirection } from './substitute-layer.ts';

const ACTIVATIONS: Readonly<Record<string, 'Tanh' | 'Relu'>> = { tanh: 'Tanh', relu: 'Relu' };

/** h = f(W x + R h'), with ' for the step before. Value: df, [time, batch, hidden]. ONNX RNN-14 */
export const RNN_CELL: RecurrentCell<string> = {
  gates: 1,
  check: activationOf,
  run,
  recompute: (direction) => direction.where(slopeOf(direction, direction.output), 0),
  backward,
};

function activationOf({ context, layer, index }: LayerDirection): 'Tanh' | 'Relu' {
  const [name = ''] = layer.activations(index, ['Tanh']);
  const activation = ACTIVATIONS[name];
  if (activation === undefined) throw context.refusal('the activation Tanh or Relu');
  return activation;
}

/** The forward pass as a loop; all sequences are as long as the input. */
function run(direction: LayerDirection): RanDirection<string> {
  const products = new GateProducts(direction);
  const { states, kept } = addScan(direction.context, {
    states: [direction.initialState(INPUT.hidden)],
    sequences: products.sequences(['both']),
    isReversed: direction.isReversed,
    step: (body, [hidden = ''], [fromInput]) => {
      const next = body.node(activationOf(direction), products.step(body, [0], hidden, [fromInput]));
      return { states: [next], kept: [body.node('Identity', [next])] };
    },
  });
  const [sequence = ''] = kept;
  return { values: slopeOf(direction, sequence), sequence, states };
}

/** df follows from the output alone. */
function slopeOf(direction: LayerDirection, output: string): string {
  const { context } = direction;
  if (activationOf(direction) === 'Relu') return context.op('Sign', [output]);
  return context.op('Sub', [context.scalar(1), context.op('Mul', [output, output])]);
}

function backward(direction: LayerDirection, slope: string): CellGradients {
  const { context, recurrence, isReversed } = direction;
  const outside = direction.outputGradient();
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [slope, outside],
    isReversed: !isReversed,
    step: (body, [hidden], [factor, fromOutside]) => {
      const dh = hiddenGradient(body, hidden, fromOutside);
      const delta = body.node('Mul', [dh, factor]);
      return { states: [body.node('Gemm', [delta, recurrence])], kept: [delta] };
    },
  });
  const [hidden = ''] = states;
  const [steps = ''] = kept;
  return addingGates(direction, steps, hidden);
}
