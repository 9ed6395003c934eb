import { inferTypes, type Model, modelStats, readModel } from '@edgeloop/onnx';
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
    activationBytes: activationBytes(graph),
    operators: Object.keys(stats.operators).sort(),
  };
}

/** Bytes of all values of one row at once: more than ONNX Runtime needs, which reuses memory. */
function activationBytes(model: Model): number {
  const types = inferTypes(model);
  const values = new Set(model.graph.node.flatMap(({ output }) => output).filter((name) => name !== ''));
  let bytes = 0;
  for (const name of values) {
    const { type, dims } = types.typeOf(name);
    const elements = (dims ?? []).reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : 1), 1);
    bytes += elements * (BYTES_OF[type ?? 'float32'] ?? 4);
  }
  return bytes;
}

const BYTES_OF: Readonly<Record<string, number>> = {
  ...{ float64: 8, int64: 8, uint64: 8, float32: 4, int32: 4, uint32: 4 },
  ...{ float16: 2, bfloat16: 2, int16: 2, uint16: 2, int8: 1, uint8: 1, bool: 1 },
};
