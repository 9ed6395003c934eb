import { UsageError } from '../errors.ts';
import { type Model, type TensorProto, withFields, withGraph } from '../format/messages.ts';
import { liftConstants } from '../graph/lift-constants.ts';
import { tensorType } from '../tensor/decode-tensor.ts';
import { littleEndianBytes } from '../tensor/encode-tensor.ts';
import { elementCount } from '../tensor/tensor.ts';

/**
 * The forward graph with other weights and running statistics, by the name of the initializer or Constant node; what
 * else `weights` holds, such as optimizer state, is left out.
 *
 * @throws UsageError STATE_MISMATCH when no initializer is among them, or a size or type differs
 */
export function applyState(forward: Model, weights: ReadonlyMap<string, Float32Array>): Model {
  const initializers = new Set(forward.graph.initializer.map(({ name }) => name));
  const inNodes = forward.graph.node.some(({ opType, output: [value = ''] }) => {
    return opType === 'Constant' && weights.has(value) && !initializers.has(value);
  });
  const model = inNodes ? liftConstants(forward) : forward;
  const { graph } = model;
  let applied = 0;
  const initializer = graph.initializer.map((proto) => {
    const values = weights.get(proto.name ?? '');
    if (!values) return proto;
    const { type, dims } = tensorType(proto);
    const entries = elementCount(dims);
    if (type !== 'float32' || entries !== values.length) {
      const message = `Initializer ${proto.name} must have ${entries} ${type} entries, got ${values.length} float32`;
      throw new UsageError('STATE_MISMATCH', message, { place: { value: proto.name ?? '' } });
    }
    applied += 1;
    if (isOwn(proto, values)) return proto;
    return withFields(proto, { rawData: littleEndianBytes(values), floatData: [] });
  });
  if (applied === 0) {
    throw new UsageError('STATE_MISMATCH', 'State must hold an initializer of the graph, got none');
  }
  return withGraph(model, { initializer });
}

/** Whether the values are the model's own memory, which training may have written over. */
function isOwn({ rawData }: TensorProto, { buffer, byteOffset }: Float32Array): boolean {
  return rawData?.buffer === buffer && rawData.byteOffset === byteOffset;
}
