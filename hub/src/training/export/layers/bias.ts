import type { ExportContext } from '../export-context.ts';
import type { LayerCall } from '../layer-exporter.ts';

/** The layer's bias, undefined where it has none. */
export function biasOf({ layer }: LayerCall, context: ExportContext): string | undefined {
  return context.hasWeight(layer, 'bias') ? context.weight(layer, 'bias') : undefined;
}
