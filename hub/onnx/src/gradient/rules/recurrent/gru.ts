import { intAttribute } from '../../../format/attributes.ts';
import type { GraphBuilder } from '../../../graph/graph-builder.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { type GruValues, recomputeGru, runGru } from './gru-forward.ts';
import { hiddenGradient } from './hidden-gradient.ts';
import type { LayerDirection } from './layer-direction.ts';
import type { CellGradients, RecurrentCell } from './recurrent-gradient.ts';
import { addScan } from './scan.ts';

/**
 * h = (1 - z) n + z h', with gates in the order z, r, n and ' for the step before. ONNX GRU-14
 *
 * n = tanh(W x + bias + r (R h' + bias)) with linear_before_reset, else tanh(W x + bias + R (r h') + bias).
 */
export const GRU_CELL: RecurrentCell<GruValues> = {
  gates: 3,
  check: ({ context, layer, index }) => {
    const names = layer.activations(index, ['Sigmoid', 'Tanh']);
    if (names.join() !== 'sigmoid,tanh') throw context.refusal('the activations Sigmoid, Tanh');
  },
  run: (direction) => runGru(direction, isLinear(direction)),
  recompute: (direction) => recomputeGru(direction, isLinear(direction)),
  backward: (direction, values) =>
    isLinear(direction) ? backwardBehindProduct(direction, values) : backwardBeforeProduct(direction, values),
};

function isLinear({ context }: LayerDirection): boolean {
  return intAttribute(context.node, 'linear_before_reset', 0) !== 0;
}

/** The reset acts on the product R h'. */
function backwardBehindProduct(direction: LayerDirection, values: GruValues): CellGradients {
  const { context, recurrence, isReversed } = direction;
  const { update, reset, inner } = values;
  const slopes = slopesOf(direction, values);
  const productSlope = context.op('Mul', [slopes.candidate, reset]);
  const resetSlope = minusShare(direction, context.op('Mul', [productSlope, inner]), reset);
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [direction.outputGradient(), update, slopes.update, resetSlope, productSlope, slopes.candidate],
    isReversed: !isReversed,
    step: (body, [hidden], [outside, z, ...factors]) => {
      const dh = hiddenGradient(body, hidden, outside);
      const [dz, dr, product, candidate] = factors.map((factor) => body.node('Mul', [dh, factor]));
      const delta = body.node('Concat', [dz, dr, product], { axis: 1 });
      const inputDelta = body.node('Concat', [dz, dr, candidate], { axis: 1 });
      const past = body.node('Mul', [dh, z]);
      return { states: [body.node('Gemm', [delta, recurrence, past])], kept: [delta, inputDelta] };
    },
  });
  const [recurrentDelta = '', inputDelta = ''] = kept.map((value) => direction.flat(value));
  return {
    inputDelta,
    recurrentDelta,
    recurrence: () => [direction.previousProduct(recurrentDelta, 3)],
    initialHidden: () => states[0] ?? '',
  };
}

/** The reset acts on h' before the product. */
function backwardBeforeProduct(direction: LayerDirection, values: GruValues): CellGradients {
  const { context, layer, isReversed } = direction;
  const { update, reset, inner } = values;
  const slopes = slopesOf(direction, values);
  const [ofGates, ofCandidate] = partsOfRecurrence(direction);
  const { states, kept } = addScan(context, {
    states: [direction.lastHiddenGradient()],
    sequences: [
      ...[direction.outputGradient(), update, reset],
      ...[slopes.update, minusShare(direction, inner, reset), slopes.candidate],
    ],
    isReversed: !isReversed,
    step: (body, [hidden], [outside, z, r, updateSlope, resetSlope, candidateSlope]) => {
      const dh = hiddenGradient(body, hidden, outside);
      const candidate = body.node('Mul', [dh, candidateSlope]);
      const dInner = body.node('Gemm', [ofCandidate.met(body, candidate), ofCandidate.rows]);
      const gates = [body.node('Mul', [dh, updateSlope]), body.node('Mul', [dInner, resetSlope])];
      const gateDelta = body.node('Concat', gates, { axis: 1 });
      const delta = body.node('Concat', [...gates, candidate], { axis: 1 });
      const past = body.node('Add', [body.node('Mul', [dh, z]), body.node('Mul', [dInner, r])]);
      return {
        states: [body.node('Gemm', [ofGates.met(body, gateDelta), ofGates.rows, past])],
        kept: [delta, gateDelta, candidate],
      };
    },
  });
  const [delta = '', gateDelta = '', candidateDelta = ''] = kept.map((value) => direction.flat(value));
  return {
    inputDelta: delta,
    recurrentDelta: delta,
    recurrence: () => [
      direction.previousProduct(gateDelta, 2),
      { delta: candidateDelta, rows: layer.hidden, values: direction.flat(inner), width: layer.hidden },
    ],
    initialHidden: () => states[0] ?? '',
  };
}

interface RecurrentPart {
  /** Rows of the recurrence. */
  readonly rows: string;
  /** Adds what meets these rows. */
  readonly met: (body: GraphBuilder, delta: string) => string;
}

/** The recurrence for z and r, and for n. Where copies would be large, all of it, met by zeros where it is not meant. */
function partsOfRecurrence({ context, layer, recurrence }: LayerDirection): [RecurrentPart, RecurrentPart] {
  const { hidden } = layer;
  const sizes = [2 * hidden, hidden] as const;
  if (!layer.hasLargeWeights) {
    const [gates = '', candidate = ''] = context.opMany(
      'Split',
      [recurrence, context.constant(int64(sizes))],
      { axis: 0 },
      2,
    );
    const met = (_: GraphBuilder, delta: string): string => delta;
    return [
      { rows: gates, met },
      { rows: candidate, met },
    ];
  }
  const padded = (before: number, after: number): RecurrentPart => {
    const padding = context.constant(int64([0, before, 0, after]));
    return { rows: recurrence, met: (body, delta) => body.node('Pad', [delta, padding]) };
  };
  return [padded(0, sizes[1]), padded(sizes[0], 0)];
}

/** Slopes of h before the activations of z and n; 0 behind the end of a sequence, where z is 1. */
function slopesOf(
  direction: LayerDirection,
  { update, candidate, kept }: GruValues,
): { update: string; candidate: string } {
  const { context } = direction;
  const share = context.op('Sub', [context.scalar(1), update]);
  const shared = context.op('Mul', [share, candidate]);
  return {
    update: minusShare(direction, kept, update),
    candidate: context.op('Sub', [share, context.op('Mul', [shared, candidate])]),
  };
}

/** u - u s */
function minusShare({ context }: LayerDirection, value: string, share: string): string {
  return context.op('Sub', [value, context.op('Mul', [value, share])]);
}
