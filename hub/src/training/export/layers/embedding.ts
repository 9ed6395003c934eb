import { DATA_TYPE, int64 } from '@edgeloop/onnx';
import { configOf, type LayerExporters } from '../layer-exporter.ts';

interface EmbeddingConfig {
  readonly maskZero?: boolean;
}

export const EMBEDDING_LAYERS: LayerExporters = {
  Embedding: (call, context) => {
    const { maskZero } = configOf<EmbeddingConfig>(call);
    const indices = context.node('Cast', [context.plain(call.input)], { to: DATA_TYPE.int64 });
    const name = context.node('Gather', [context.weight(call.layer, 'embeddings'), indices], { axis: 0 });
    if (!maskZero) return { name, type: 'float32', mask: null };
    const isPadding = context.node('Equal', [indices, context.graph.constant(int64([0]))]);
    return { name, type: 'float32', mask: context.node('Not', [isPadding]) };
  },
};
