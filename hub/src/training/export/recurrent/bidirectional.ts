import type { tf } from '../../tensorflow/tensorflow.ts';
import type { ExportContext } from '../export-context.ts';
import type { LayerExporter } from '../layer-exporter.ts';
import { dimensionOf, type LayerResult } from '../layer-value.ts';
import { inputOf, type RecurrentInput, type RecurrentLayer, runLayer } from './recurrent-layer.ts';
import { outputOf } from './recurrent-output.ts';

interface BidirectionalLayer extends tf.layers.Layer {
  readonly forwardLayer: RecurrentLayer;
  readonly backwardLayer: RecurrentLayer;
  /** null: both outputs. */
  readonly mergeMode: 'sum' | 'mul' | 'concat' | 'ave' | null;
}

/** A recurrent layer in both directions of time; the outputs of the second one in the order of the first one's. */
export const bidirectionalLayer: LayerExporter = (call, context) => {
  const { forwardLayer, backwardLayer, mergeMode } = call.layer as BidirectionalLayer;
  const input = inputOf(call, context);
  const ran = [forwardLayer, backwardLayer].map((layer, direction) =>
    runLayer(layer, { ...input, initial: half(input, direction) }, context),
  );
  const outputs = ran.map((result) =>
    outputOf(result, { isReversed: forwardLayer.goBackwards, mask: call.input.mask }, context),
  );
  const results = mergeMode === null ? outputs : [merged(outputs, mergeMode, context)];
  if (!forwardLayer.returnState) return results;
  return [...results, ...ran.flatMap(({ states }) => states)];
};

function half({ initial }: RecurrentInput, direction: number): RecurrentInput['initial'] {
  const middle = initial.length / 2;
  return direction === 0 ? initial.slice(0, middle) : initial.slice(middle);
}

/** Both outputs lie alike, since both layers have the same settings and mask. */
function merged(
  outputs: readonly LayerResult[],
  mode: NonNullable<BidirectionalLayer['mergeMode']>,
  context: ExportContext,
): LayerResult {
  const [first] = outputs;
  const axes = first?.axes ?? [];
  const names = outputs.map(({ name }) => name);
  const name = {
    concat: () => context.node('Concat', names, { axis: dimensionOf({ axes }, -1) }),
    sum: () => context.node('Add', names),
    mul: () => context.node('Mul', names),
    ave: () => context.node('Mul', [context.number(0.5), context.node('Add', names)]),
  }[mode]();
  return { ...first, name };
}
