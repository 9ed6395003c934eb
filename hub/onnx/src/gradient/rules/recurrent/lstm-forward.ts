import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { GateProducts } from './gate-products.ts';
import type { LayerDirection } from './layer-direction.ts';
import { INPUT } from './recurrent-layer.ts';
import { addScan } from './scan.ts';
import type { RanDirection } from './substitute-layer.ts';

/** What the pass back of an LSTM needs of the forward pass, [time, batch, hidden] each. */
export interface LstmValues {
  /** i */
  readonly input: string;
  /** o */
  readonly output: string;
  /** f */
  readonly forget: string;
  /** g */
  readonly candidate: string;
  /** i g */
  readonly added: string;
  /** f c' */
  readonly remaining: string;
  /** tanh(c) */
  readonly squashed: string;
}

const ACTIVATIONS = ['Sigmoid', 'Sigmoid', 'Sigmoid', 'Tanh'] as const;
const GATES = [...ACTIVATIONS.keys()];
const BOTH_BIASES = ACTIVATIONS.map(() => 'both' as const);

/** The forward pass as a loop; all sequences are as long as the input. */
export function runLstm(direction: LayerDirection): RanDirection<LstmValues> {
  const { context, isReversed } = direction;
  const products = new GateProducts(direction);
  const { states, kept } = addScan(context, {
    states: [direction.initialState(INPUT.hidden), direction.initialState(INPUT.cell)],
    sequences: products.sequences(BOTH_BIASES),
    isReversed,
    step: (body, [hidden = '', cell = ''], fromInput) => {
      const gates = products
        .step(body, GATES, hidden, products.entries(body, fromInput))
        .map((value, gate) => body.node(ACTIVATIONS[gate] ?? '', [value]));
      const [input = '', output = '', forget = '', candidate = ''] = gates;
      const added = body.node('Mul', [input, candidate]);
      const { next, remaining, squashed } = nextCell(body, cell, forget, added);
      return { states: [body.node('Mul', [output, squashed]), next], kept: [...gates, added, remaining, squashed] };
    },
  });
  const [input = '', output = '', forget = '', candidate = '', added = '', remaining = '', squashed = ''] = kept;
  return {
    values: { input, output, forget, candidate, added, remaining, squashed },
    // Cheaper than to keep the hidden state of each step, which would be a copy of the loop's state.
    sequence: context.op('Mul', [output, squashed]),
    states,
  };
}

/** From the hidden states all gates follow at once; only the cell states need a loop, a light one. */
export function recomputeLstm(direction: LayerDirection): LstmValues {
  const { context, isReversed, flatPrevious } = direction;
  const products = new GateProducts(direction);
  const [i = '', o = '', f = '', candidate = ''] = products
    .fromState(GATES, flatPrevious, products.fromInput(BOTH_BIASES))
    .map((value, gate) => products.inSteps(context.op(ACTIVATIONS[gate] ?? '', [value])));
  // Behind the end of a sequence nothing comes in or out and the cell stays: that makes all slopes 0 there.
  const [input, output, forget] = [direction.where(i, 0), direction.where(o, 0), direction.where(f, 1)];
  const added = context.op('Mul', [input, candidate]);
  const { kept } = addScan(context, {
    states: [direction.initialState(INPUT.cell)],
    sequences: [forget, added],
    isReversed,
    step: (body, [cell = ''], [share = '', plus = '']) => {
      const { next, remaining, squashed } = nextCell(body, cell, share, plus);
      return { states: [next], kept: [remaining, squashed] };
    },
  });
  const [remaining = '', squashed = ''] = kept;
  return { input, output, forget, candidate, added, remaining, squashed };
}

function nextCell(
  body: GraphBuilder,
  cell: string,
  forget: string,
  added: string,
): { next: string; remaining: string; squashed: string } {
  const remaining = body.node('Mul', [cell, forget]);
  const next = body.node('Add', [remaining, added]);
  return { next, remaining, squashed: body.node('Tanh', [next]) };
}
