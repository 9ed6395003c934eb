import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporters } from '../layer-exporter.ts';
import { type LayerResult, type LayerValue, range } from '../layer-value.ts';
import type { WeightForm } from '../weight-form.ts';
import { activated } from './activated.ts';
import { biasOf } from './bias.ts';

interface DenseConfig {
  readonly units: number;
  readonly activation: string;
}

export const DENSE_LAYERS: LayerExporters = {
  Dense: (call, context) => {
    const { units, activation } = configOf<DenseConfig>(call);
    const product = call.input.shape.length === 2 ? gemm(call, units, context) : productOfRows(call, context);
    return activated(call, product, activation, context);
  },
};

/** [batch, inputs] x kernel. The entries of a flattened image stay where they are: the kernel's rows are permuted. */
function gemm(call: LayerCall, units: number, context: ExportContext): LayerResult {
  const { layer, input } = call;
  const kernel = context.weight(layer, 'kernel', input.flattened && rowsInOrder(input.flattened, units));
  const x = input.flattened ? input.name : context.plain(input);
  return { name: context.node('Gemm', [x, kernel, biasOf(call, context)]) };
}

function rowsInOrder({ shape, axes }: Pick<LayerValue, 'shape' | 'axes'>, units: number): WeightForm {
  const sizes = shape.slice(1).map((size) => size ?? 1);
  return {
    split: [...sizes, units],
    permutation: [...axes.slice(1).map((axis) => axis - 1), sizes.length],
    dims: [sizes.reduce((product, size) => product * size, 1), units],
  };
}

/** [batch, ..., inputs] x kernel; the order of the dimensions in front does not matter. */
function productOfRows(call: LayerCall, context: ExportContext): LayerResult {
  const { layer, input } = call;
  const rank = input.shape.length;
  const isLast = input.axes.at(-1) === rank - 1;
  const axes = isLast ? input.axes : range(rank);
  const x = isLast ? input.name : context.plain(input);
  const product = context.node('MatMul', [x, context.weight(layer, 'kernel')]);
  const bias = biasOf(call, context);
  return { name: bias === undefined ? product : context.node('Add', [product, bias]), axes };
}
