import { addActivation } from '../activations.ts';
import type { ExportContext } from '../export-context.ts';
import type { LayerCall } from '../layer-exporter.ts';
import { dimensionOf, type LayerResult, range } from '../layer-value.ts';

/**
 * A layer's result behind its activation.
 *
 * @param name of an activation of TensorFlow.js
 */
export function activated(
  { layer, shape }: LayerCall,
  result: LayerResult,
  name: string,
  context: ExportContext,
): LayerResult {
  const axes = result.axes ?? range(shape.length);
  const lastDimension = dimensionOf({ axes }, -1);
  const value = addActivation(name, { value: result.name, lastDimension }, context);
  if (value === undefined) throw context.refusal(layer, `no activation ${name} is known`);
  return { ...result, name: value };
}
