import type { ExportContext } from '../export-context.ts';
import type { LayerCall, LayerExporter } from '../layer-exporter.ts';
import type { LayerResult } from '../layer-value.ts';

/** An exporter of a layer that works on each entry for itself, however the value lies. */
export function elementwise(add: (value: string, call: LayerCall, context: ExportContext) => string): LayerExporter {
  return (call, context) => ({ ...inPlace(call), name: add(call.input.name, call, context) });
}

/** The layer's input as its result. */
export function inPlace({ input: { name, axes, flattened } }: LayerCall): LayerResult {
  return { name, axes, flattened };
}
