import { intAttribute } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { GateProducts } from './gate-products.ts';
import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { addScan } from './scan.ts';

/**
 * h = (1 - z) n + z h', with gates in the order z, r, n and ' for the step before. ONNX GRU-14
 *
 * n = tanh(W x + bias + r (R h' + bias)) with linear_before_reset, else tanh(W x + bias + R (r h') + bias).
 */
export const GRU_CELL: RecurrentCell = { gates: 3, backward };

const [Z, R, N] = [0, 1, 2];

function backward(direction: LayerDirection): CellGradients {
  const { context, layer, index } = direction;
  const names = layer.activations(index, ['Sigmoid', 'Tanh']);
  if (names.join() !== 'sigmoid,tanh') throw context.refusal('the activations Sigmoid, Tanh');
  const isLinear = intAttribute(context.node, 'linear_before_reset', 0) !== 0;
  return isLinear ? resetBehindProduct(direction) : resetBeforeProduct(direction);
}

function resetBehindProduct(direction: LayerDirection): CellGradients {
  const { context, recurrence, flatPrevious, isReversed } = direction;
  const products = new GateProducts(direction);
  const { update, reset } = gatesOf(direction, products);
  const product = products.fromState(N, flatPrevious);
  const inSteps = direction.layer.inSteps(product, direction.layer.hidden);
  const own = direction.layer.inSteps(products.fromInput(N), direction.layer.hidden);
  const candidate = context.op('Tanh', [context.op('Add', [own, context.op('Mul', [reset, inSteps])])]);
  const slopes = slopesOf(direction, update, candidate);
  const productSlope = context.op('Mul', [slopes.candidate, reset]);
  const resetSlope = minusShare(direction, context.op('Mul', [productSlope, inSteps]), reset);
  const outside = direction.outputGradient();
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [update, slopes.update, resetSlope, productSlope, slopes.candidate, ...present(outside)],
    isReversed: !isReversed,
    step: (body, [hidden = ''], [z, updateFactor, resetFactor, productFactor, candidateFactor, fromOutside]) => {
      const dh = fromOutside === undefined ? hidden : op(body, 'Add', hidden, fromOutside);
      const gates = [op(body, 'Mul', dh, updateFactor), op(body, 'Mul', dh, resetFactor)];
      const delta = body.node('Concat', [...gates, op(body, 'Mul', dh, productFactor)], { axis: 1 });
      const inputDelta = body.node('Concat', [...gates, op(body, 'Mul', dh, candidateFactor)], { axis: 1 });
      return { states: [body.node('Gemm', [delta, recurrence, op(body, 'Mul', dh, z)])], kept: [delta, inputDelta] };
    },
  });
  const [recurrentDelta = '', inputDelta = ''] = kept.map((value) => direction.flat(value));
  return {
    inputDelta,
    recurrentDelta,
    recurrence: () => context.op('Gemm', [recurrentDelta, flatPrevious], { transA: 1 }),
    initialHidden: () => states[0] ?? '',
  };
}

function resetBeforeProduct(direction: LayerDirection): CellGradients {
  const { context, layer, flatPrevious, isReversed } = direction;
  const products = new GateProducts(direction);
  const { update, reset } = gatesOf(direction, products);
  const kept = context.op('Mul', [direction.previousHidden, reset]);
  const flatKept = direction.flat(kept);
  const candidate = direction.activated('Tanh', products.complete(N, flatKept));
  const slopes = slopesOf(direction, update, candidate);
  const sizes = context.constant(int64([2 * layer.hidden, layer.hidden]));
  const [gateRows = '', candidateRows = ''] = context.opMany('Split', [direction.recurrence, sizes], { axis: 0 }, 2);
  const outside = direction.outputGradient();
  const scan = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [
      update,
      reset,
      slopes.update,
      minusShare(direction, kept, reset),
      slopes.candidate,
      ...present(outside),
    ],
    isReversed: !isReversed,
    step: (body, [hidden = ''], [z, r, updateFactor, resetFactor, candidateFactor, fromOutside]) => {
      const dh = fromOutside === undefined ? hidden : op(body, 'Add', hidden, fromOutside);
      const candidateDelta = op(body, 'Mul', dh, candidateFactor);
      const dKept = op(body, 'Gemm', candidateDelta, candidateRows);
      const gates = [op(body, 'Mul', dh, updateFactor), op(body, 'Mul', dKept, resetFactor)];
      const gateDelta = body.node('Concat', gates, { axis: 1 });
      const past = op(body, 'Add', op(body, 'Mul', dh, z), op(body, 'Mul', dKept, r));
      const delta = body.node('Concat', [...gates, candidateDelta], { axis: 1 });
      return { states: [op(body, 'Gemm', gateDelta, gateRows, past)], kept: [delta, gateDelta, candidateDelta] };
    },
  });
  const [delta = '', gateDelta = '', candidateDelta = ''] = scan.kept.map((value) => direction.flat(value));
  return {
    inputDelta: delta,
    recurrentDelta: delta,
    recurrence: () => {
      const gateGradient = context.op('Gemm', [gateDelta, flatPrevious], { transA: 1 });
      const candidateGradient = context.op('Gemm', [candidateDelta, flatKept], { transA: 1 });
      return context.op('Concat', [gateGradient, candidateGradient], { axis: 0 });
    },
    initialHidden: () => scan.states[0] ?? '',
  };
}

interface Gates {
  /** z, 1 behind the end of a sequence, where the hidden state passes unchanged. */
  readonly update: string;
  /** r */
  readonly reset: string;
}

/** [time, batch, hidden] each. */
function gatesOf(direction: LayerDirection, products: GateProducts): Gates {
  const gate = (index: number): string =>
    direction.activated('Sigmoid', products.complete(index, direction.flatPrevious));
  return { update: direction.where(gate(Z), 1), reset: gate(R) };
}

interface Slopes {
  /** dh before the activation of z. */
  readonly update: string;
  /** dh before the activation of n. */
  readonly candidate: string;
}

/** Both are 0 behind the end of a sequence, where z is 1. */
function slopesOf(direction: LayerDirection, update: string, candidate: string): Slopes {
  const { context, output } = direction;
  // z (h' - n) is what h has more than n.
  const difference = context.op('Sub', [output, candidate]);
  const share = context.op('Sub', [context.scalar(1), update]);
  const shared = context.op('Mul', [share, candidate]);
  return {
    update: minusShare(direction, difference, update),
    candidate: context.op('Sub', [share, context.op('Mul', [shared, candidate])]),
  };
}

/** u - u s */
function minusShare({ context }: LayerDirection, value: string, share: string): string {
  return context.op('Sub', [value, context.op('Mul', [value, share])]);
}

function present(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function op(body: GraphBuilder, operator: string, ...inputs: readonly (string | undefined)[]): string {
  return body.node(operator, inputs);
}
