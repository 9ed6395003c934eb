import type { LayerExporters } from '../layer-exporter.ts';

/** Recurrent layers, their wrappers and masks. */
export const RECURRENT_LAYERS: LayerExporters = {};
