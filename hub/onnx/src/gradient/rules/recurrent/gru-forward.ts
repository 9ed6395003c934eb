import { GateProducts } from './gate-products.ts';
import type { LayerDirection } from './layer-direction.ts';
import { INPUT } from './recurrent-layer.ts';
import { addScan } from './scan.ts';
import type { RanDirection } from './substitute-layer.ts';

/** What the pass back of a GRU needs of the forward pass, [time, batch, hidden] each. */
export interface GruValues {
  /** z, 1 behind the end of a sequence, where the hidden state passes unchanged. */
  readonly update: string;
  /** r */
  readonly reset: string;
  /** n */
  readonly candidate: string;
  /** z (h' - n) */
  readonly kept: string;
  /** What the reset acts on or gives: R h' and its bias with linear_before_reset, else r h'. */
  readonly inner: string;
}

const [Z, R, N] = [0, 1, 2];

function biasesOf(isLinear: boolean): readonly ('own' | 'both')[] {
  return ['both', 'both', isLinear ? 'own' : 'both'];
}

/** The forward pass as a loop; all sequences are as long as the input. */
export function runGru(direction: LayerDirection, isLinear: boolean): RanDirection<GruValues> {
  const { context, isReversed } = direction;
  const products = new GateProducts(direction);
  const ran = addScan(context, {
    states: [direction.initialState(INPUT.hidden)],
    sequences: products.sequences(biasesOf(isLinear)),
    isReversed,
    step: (body, [hidden = ''], read) => {
      const [updateInput, resetInput, candidateInput] = products.entries(body, read);
      const shared = isLinear ? [Z, R, N] : [Z, R];
      const added = [updateInput, resetInput, products.recurrentBias(N)];
      const [z = '', r = '', product = ''] = products.step(body, shared, hidden, added);
      const [update, reset] = [body.node('Sigmoid', [z]), body.node('Sigmoid', [r])];
      const inner = isLinear ? product : body.node('Mul', [reset, hidden]);
      const [before] = isLinear
        ? [body.node('Add', [candidateInput, body.node('Mul', [reset, inner])])]
        : products.step(body, [N], inner, [candidateInput]);
      const candidate = body.node('Tanh', [before]);
      const kept = body.node('Mul', [update, body.node('Sub', [hidden, candidate])]);
      return { states: [body.node('Add', [candidate, kept])], kept: [update, reset, candidate, kept, inner] };
    },
  });
  const [update = '', reset = '', candidate = '', kept = '', inner = ''] = ran.kept;
  return {
    values: { update, reset, candidate, kept, inner },
    // Cheaper than to keep the hidden state of each step, which would be a copy of the loop's state.
    sequence: context.op('Add', [candidate, kept]),
    states: ran.states,
  };
}

/** From the hidden states everything follows at once. */
export function recomputeGru(direction: LayerDirection, isLinear: boolean): GruValues {
  const { context, flatPrevious, output } = direction;
  const products = new GateProducts(direction);
  const [updateInput, resetInput, candidateInput = ''] = products.fromInput(biasesOf(isLinear));
  const shared = isLinear ? [Z, R, N] : [Z, R];
  const added = [updateInput, resetInput, products.recurrentBias(N)];
  const [z = '', r = '', product = ''] = products.fromState(shared, flatPrevious, added);
  const [opened = '', reset = ''] = [z, r].map((value) => products.inSteps(context.op('Sigmoid', [value])));
  const update = direction.where(opened, 1);
  const inner = isLinear ? products.inSteps(product) : context.op('Mul', [reset, direction.previousHidden]);
  const before = isLinear
    ? context.op('Add', [products.inSteps(candidateInput), context.op('Mul', [reset, inner])])
    : products.inSteps(products.fromState([N], direction.flat(inner), [candidateInput])[0] ?? '');
  const candidate = context.op('Tanh', [before]);
  return { update, reset, candidate, kept: context.op('Sub', [output, candidate]), inner };
}
