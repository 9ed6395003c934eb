import type { tf } from '../tensorflow/tensorflow.ts';
import type { ExportContext } from './export-context.ts';
import type { LayerResult, LayerShape, LayerValue } from './layer-value.ts';

/** One call of a layer; a shared layer has several. */
export interface LayerCall {
  readonly layer: tf.layers.Layer;
  readonly inputs: readonly LayerValue[];
  /** The first of `inputs`. */
  readonly input: LayerValue;
  /** Of each output. */
  readonly shapes: readonly LayerShape[];
  /** The first of `shapes`. */
  readonly shape: LayerShape;
}

/** Adds the nodes of one call to the context's graph and returns its outputs, in their order. */
export type LayerExporter = (call: LayerCall, context: ExportContext) => LayerResult | readonly LayerResult[];

/** Exporters by what `getClassName()` of their layers returns. */
export type LayerExporters = Readonly<Record<string, LayerExporter>>;

/** Configuration of a layer, as its class writes it; `Config` names the fields that are read. */
export function configOf<Config>({ layer }: { readonly layer: tf.layers.Layer }): Config {
  return layer.getConfig() as Config;
}
