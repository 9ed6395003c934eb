import { activationMemory, inferTypes, modelStats, readModel } from '@edgeloop/onnx';
import { describeBlob, type Variant } from '@edgeloop/protocol';
import type { VariantRecord } from '../store/model-store.ts';

type Form = Pick<VariantRecord, 'name' | 'format' | 'profiles'>;

/** What a release says about one form of a model. */
export function describeVariant(
  { name, format = name, profiles = [] }: Form,
  model: Uint8Array,
  golden: Uint8Array,
): Variant {
  const graph = readModel(model);
  const stats = modelStats(graph);
  return {
    name,
    format,
    model: describeBlob(model),
    golden: describeBlob(golden),
    profiles: [...profiles],
    opset: stats.opsets[''] ?? 0,
    weightBytes: stats.weightBytes,
    activationBytes: activationMemory(graph.graph, inferTypes(graph)).peakBytes,
    operators: Object.keys(stats.operators).sort(),
  };
}
