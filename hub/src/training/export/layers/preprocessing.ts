import { DATA_TYPE } from '@edgeloop/onnx';
import type { ExportContext } from '../export-context.ts';
import { configOf, type LayerCall, type LayerExporter, type LayerExporters } from '../layer-exporter.ts';
import { inPlace } from './elementwise.ts';
import { centerCrop, resizing } from './resizing.ts';

interface CategoryEncodingConfig {
  readonly numTokens: number;
  readonly outputMode: string;
}

/** What would differ from call to call has no place in a model that only predicts. */
const random: LayerExporter = ({ layer }, context) => {
  throw context.refusal(layer, 'its result is random, also when a model only predicts');
};

export const PREPROCESSING_LAYERS: LayerExporters = {
  Resizing: resizing,
  CenterCrop: centerCrop,
  RandomWidth: random,
  RandomHeight: random,
  Rescaling: (call, context) => {
    const { scale, offset } = configOf<{ readonly scale: number; readonly offset: number }>(call);
    const scaled = context.node('Mul', [asFloats(call, context), context.number(scale)]);
    return { ...inPlace(call), name: context.node('Add', [scaled, context.number(offset)]), type: 'float32' };
  },
  CategoryEncoding: (call, context) => {
    const { numTokens, outputMode } = configOf<CategoryEncodingConfig>(call);
    const [, count] = call.input.shape;
    if (call.input.shape.length !== 2 || (outputMode === 'oneHot' && count !== 1)) {
      throw context.refusal(call.layer, `TensorFlow.js has no ${outputMode} codes of values [${call.input.shape}]`);
    }
    const tokens = context.node('Cast', [context.plain(call.input)], { to: DATA_TYPE.int64 });
    const each = context.node('OneHot', [tokens, context.integers([numTokens]), context.numbers([0, 1])]);
    const operator = outputMode === 'count' ? 'ReduceSum' : 'ReduceMax';
    return { name: context.node(operator, [each, context.integers([1])], { keepdims: 0 }), type: 'float32' };
  },
};

function asFloats({ input }: LayerCall, context: ExportContext): string {
  return input.type === 'float32' ? input.name : context.node('Cast', [input.name], { to: DATA_TYPE.float32 });
}
