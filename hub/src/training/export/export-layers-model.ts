import { type ElementType, type Model, renameModelValues } from '@edgeloop/onnx';
import { RequestError } from '../../errors.ts';
import type { tf } from '../tensorflow/tensorflow.ts';
import { ExportContext } from './export-context.ts';
import type { ExportedLayers, ExportOptions } from './exported-layers.ts';
import { LAYER_EXPORTERS } from './layer-exporters.ts';
import { channelFirstAxes, type LayerShape, type LayerValue, range, sizesInGraph } from './layer-value.ts';

/** Symbol of the number of rows. */
const BATCH = 'batch';

/**
 * A model of TensorFlow.js as ONNX: the same outputs for the same inputs, within 1e-5.
 *
 * Images lie channel first between convolutions; the order is changed only where a layer needs the other one.
 *
 * @throws RequestError INVALID_INPUT for a layer that ONNX cannot express, with its name and the reason
 */
export function exportLayersModel(model: tf.LayersModel, options: ExportOptions = {}): ExportedLayers {
  if (!model.outputs?.length) {
    throw new RequestError('INVALID_INPUT', `Network ${model.name} must know the shape of its input, got none`);
  }
  const context = new ExportContext(model, LAYER_EXPORTERS, options);
  const inputs = namesFor('inputs', options.inputs, model.inputs);
  const outputs = namesFor('outputs', options.outputs, model.outputs);
  const given = model.inputs.map((symbol, at) => {
    const name = inputs[at] ?? symbol.name;
    return addInput(context, name, symbol, options.channelFirst?.includes(name) ?? false);
  });
  for (const name of outputs) requireFree(context, name);
  const values = context.model(model, given);
  return { model: withOutputs(context, values, outputs, inputs), weights: context.links };
}

/** Names of the symbols, else of the layers that they come from; a name that comes twice gets a number behind it. */
function namesFor(what: string, given: readonly string[] | undefined, symbols: readonly tf.SymbolicTensor[]): string[] {
  const names = given ?? symbols.map(({ sourceLayer }) => sourceLayer.name);
  if (names.length !== symbols.length) {
    throw new RequestError(
      'INVALID_INPUT',
      `Network must have names for ${symbols.length} ${what}, got ${names.length}`,
    );
  }
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before === 0 ? name : `${name}_${before}`;
  });
}

function requireFree(context: ExportContext, name: string): void {
  if (context.graph.fresh(name) === name) return;
  throw new RequestError('INVALID_INPUT', `Names of inputs and outputs of a network must differ, got ${name} twice`);
}

function addInput(
  context: ExportContext,
  name: string,
  { shape, dtype }: tf.SymbolicTensor,
  isChannelFirst: boolean,
): LayerValue {
  const axes = isChannelFirst ? channelFirstAxes(shape.length) : range(shape.length);
  const type = dtype as ElementType;
  const dims = axes.map((axis) => (axis === 0 ? BATCH : (shape[axis] ?? `${name}_size_${axis}`)));
  return { name: context.graph.input(name, type, dims), type, shape, axes };
}

/** The model with the values, as the layers see them, as outputs of these names. */
function withOutputs(
  context: ExportContext,
  values: readonly LayerValue[],
  names: readonly string[],
  inputs: readonly string[],
): Model {
  const taken = new Set<string>(inputs);
  const renamed = new Map<string, string>();
  for (const [at, value] of values.entries()) {
    const plain = context.plain(value);
    const own = taken.has(plain) ? context.graph.node('Identity', [plain]) : plain;
    taken.add(own);
    renamed.set(own, names[at] ?? own);
    context.graph.output(own, value.type, outputDims(value.shape));
  }
  return renameModelValues(context.graph.build(), renamed);
}

function outputDims(shape: LayerShape): (number | string | undefined)[] {
  return sizesInGraph({ shape, axes: range(shape.length) }).map((size, at) => (at === 0 ? BATCH : (size ?? undefined)));
}
