import type { tf } from '../../tensorflow/tensorflow.ts';
import type { ExportContext } from '../export-context.ts';
import type { LayerCall, LayerExporter } from '../layer-exporter.ts';
import type { LayerShape, LayerValue } from '../layer-value.ts';
import type { RecurrentCell } from './cells/recurrent-cell.ts';
import { recurrentCell } from './cells/recurrent-cells.ts';
import { outputOf } from './recurrent-output.ts';
import type { RecurrentResult } from './recurrent-run.ts';
import { runRecurrent } from './run-recurrent.ts';
import { StepMask } from './step-mask.ts';

/** What is read of a recurrent layer. */
export interface RecurrentLayer extends tf.layers.Layer {
  readonly cell: tf.layers.Layer;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
}

/** What a layer runs over. */
export interface RecurrentInput {
  /** [batch, time, ...] */
  readonly value: LayerValue;
  readonly mask: StepMask | undefined;
  /** Each [batch, ...]; none: zeros. */
  readonly initial: readonly LayerValue[];
}

/** SimpleRNN, GRU, LSTM, ConvLSTM2D, and RNN around any cells. */
export const recurrentLayer: LayerExporter = (call, context) => {
  const layer = call.layer as RecurrentLayer;
  const result = runLayer(layer, inputOf(call, context), context);
  const output = outputOf(result, { isReversed: layer.goBackwards, mask: call.input.mask }, context);
  return layer.returnState ? [output, ...result.states] : output;
};

/** The inputs of a call: a sequence, and the states to start with where they are given. */
export function inputOf({ inputs, input }: LayerCall, context: ExportContext): RecurrentInput {
  const mask = input.mask === undefined ? undefined : new StepMask(context, input.mask);
  return { value: input, mask, initial: inputs.slice(1) };
}

/**
 * Runs a layer; its outputs are in the order of time even where it goes backwards.
 *
 * @throws RequestError INVALID_INPUT for a layer that keeps its states between calls
 */
export function runLayer(
  layer: RecurrentLayer,
  { value, mask, initial }: RecurrentInput,
  context: ExportContext,
): RecurrentResult {
  if (layer.stateful) throw context.refusal(layer, 'a stateful layer keeps its states from one call to the next');
  if (mask && value.shape.length > 3) throw context.refusal(layer, 'its steps must not be masked');
  const [rows = null, , ...features] = value.shape;
  const timed = { name: '' };
  const batch = once(() => context.node('Shape', [timed.name], { start: 1, end: 2 }));
  const inputShape: LayerShape = [rows, ...features];
  const cell = recurrentCell({ cell: layer.cell, context, inputShape, batch });
  timed.name = context.arranged(value, [1, 0, ...featureAxes(cell, inputShape)]);
  return runRecurrent(
    {
      ...{ cell, input: timed.name, mask, batch },
      initial:
        initial.length === 0 ? undefined : initial.map((state) => context.arranged(state, [0, ...cell.stateAxes])),
      isBackwards: layer.goBackwards,
      needsSequence: layer.returnSequences,
    },
    context,
  );
}

/** The features of a step lie as those of a state. */
function featureAxes({ stateAxes }: RecurrentCell, inputShape: LayerShape): number[] {
  return stateAxes.slice(0, inputShape.length - 1).map((axis) => axis + 1);
}

function once(add: () => string): () => string {
  let known: string | undefined;
  return () => {
    known ??= add();
    return known;
  };
}
