import type { tf } from '../../tensorflow/tensorflow.ts';
import type { ExportContext } from '../export-context.ts';
import type { LayerCall, LayerExporter } from '../layer-exporter.ts';
import type { LayerResult, LayerShape, LayerValue } from '../layer-value.ts';

/** Layers that read masks, whose steps would not be those of the wrapper. */
const MASK_READERS: ReadonlySet<string> = new Set([
  ...['SimpleRNN', 'GRU', 'LSTM', 'RNN', 'ConvLSTM2D', 'Bidirectional', 'TimeDistributed'],
  ...['Model', 'Functional', 'Sequential'],
]);

/** A layer at each step: steps and rows are seen as one axis of rows. */
export const timeDistributedLayer: LayerExporter = (call, context) => {
  const { layer } = call.layer as tf.layers.Layer & { readonly layer: tf.layers.Layer };
  requireIndependent(call, layer, context);
  const value = leadingSteps(call.input, context);
  const shape = [null, ...value.shape.slice(2)];
  const axes = [0, ...value.axes.slice(2).map((axis) => axis - 1)];
  const rows = { name: merged(value, context), type: value.type, shape, axes };
  const [output] = context.call(layer, [rows]);
  if (output === undefined) throw context.refusal(call.layer, 'the layer within it has no output');
  return separated(output, value, context);
};

/** @throws RequestError INVALID_INPUT for a layer whose steps depend on each other */
function requireIndependent(
  { layer: wrapper, input }: LayerCall,
  layer: tf.layers.Layer,
  context: ExportContext,
): void {
  if (input.mask !== undefined && MASK_READERS.has(layer.getClassName())) {
    throw context.refusal(wrapper, 'the layer within it would read the mask of its steps as its own');
  }
  if (context.purpose === 'training' && hasBatchStatistics(layer)) {
    throw context.refusal(
      wrapper,
      'in training, TensorFlow.js takes the statistics of BatchNormalization step by step',
    );
  }
}

function hasBatchStatistics(layer: tf.layers.Layer): boolean {
  const { layers = [], layer: wrapped } = layer as tf.layers.Layer & {
    readonly layers?: readonly tf.layers.Layer[];
    readonly layer?: tf.layers.Layer;
  };
  const inner = wrapped === undefined ? layers : [wrapped, ...layers];
  return layer.getClassName() === 'BatchNormalization' || inner.some(hasBatchStatistics);
}

/** The value with steps and rows in front, in either order. */
function leadingSteps(value: LayerValue, context: ExportContext): LayerValue {
  const [first = 0, second = 0] = value.axes;
  if (value.flattened === undefined && first + second === 1) return value;
  const axes = [0, 1, ...value.axes.filter((axis) => axis > 1)];
  return { ...value, name: context.arranged(value, axes), axes, flattened: undefined };
}

/** [steps * rows, ...] */
function merged({ name, axes, shape }: LayerValue, context: ExportContext): string {
  const sizes = axes.slice(2).map((axis) => shape[axis] ?? null);
  if (!sizes.includes(null)) return context.reshaped(name, [-1, ...sizes]);
  const rest = context.node('Shape', [name], { start: 2 });
  return context.node('Reshape', [name, context.node('Concat', [context.integers([-1]), rest], { axis: 0 })]);
}

/** What the layer gave, with steps and rows as they were in `value`. */
function separated(output: LayerValue, value: LayerValue, context: ExportContext): LayerResult {
  const { name, axes } = leadingRows(output, context);
  const inner = axes.slice(1).map((axis) => axis + 1);
  const leading = value.axes.slice(0, 2);
  const sizes = axes.slice(1).map((axis) => output.shape[axis] ?? null);
  return {
    name: reshapedTo(name, stepsOf(value, leading), sizes, { value: value.name, context }),
    type: output.type,
    axes: [...leading, ...inner],
  };
}

function leadingRows(value: LayerValue, context: ExportContext): Pick<LayerValue, 'name' | 'axes'> {
  if (value.flattened === undefined && value.axes[0] === 0) return value;
  const axes = [0, ...value.axes.filter((axis) => axis !== 0)];
  return { name: context.arranged(value, axes), axes };
}

/** Sizes of steps and rows, which may be open. */
function stepsOf({ shape }: LayerValue, leading: readonly number[]): LayerShape {
  return leading.map((axis) => (axis === 0 ? null : (shape[axis] ?? null)));
}

function reshapedTo(
  name: string,
  leading: LayerShape,
  sizes: LayerShape,
  { value, context }: { readonly value: string; readonly context: ExportContext },
): string {
  const dims = [...leading, ...sizes];
  if (dims.filter((dim) => dim === null).length === 1) return context.reshaped(name, dims);
  const parts = [context.node('Shape', [value], { start: 0, end: 2 }), context.node('Shape', [name], { start: 1 })];
  return context.node('Reshape', [name, context.node('Concat', parts, { axis: 0 })]);
}
