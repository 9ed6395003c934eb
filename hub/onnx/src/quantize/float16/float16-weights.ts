import { type Model, withGraph } from '../../format/messages.ts';
import { GraphBuilder } from '../../graph/graph-builder.ts';
import { OLDEST_SUPPORTED_OPSET } from '../../graph/opset.ts';
import { upgradeOpset } from '../../graph/upgrade-opset.ts';
import { decodeTensor } from '../../tensor/decode-tensor.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { elementCount, type TensorOf } from '../../tensor/tensor.ts';
import { isWithinHalf, toHalfTensor } from './half-tensor.ts';

/** Smaller tensors stay as they are: the Cast node would take more bytes than it saves. */
const MIN_ENTRIES = 128;

/**
 * The model with its large float32 initializers stored as float16 and cast back when it is loaded: half the file, the
 * arithmetic stays float32. Tensors with values beyond float16 stay float32.
 *
 * @throws ModelError OPSET_UNSUPPORTED where a model of an operator set before 13 cannot be upgraded
 */
export function float16Weights(given: Model): Model {
  const model = upgradeOpset(given, OLDEST_SUPPORTED_OPSET);
  const halves = new Map<string, TensorOf<'float16'>>();
  for (const proto of model.graph.initializer) {
    if (proto.dataType !== DATA_TYPE.float32 || elementCount(proto.dims.map(Number)) < MIN_ENTRIES) continue;
    const value = decodeTensor(proto) as TensorOf<'float32'>;
    if (isWithinHalf(value)) halves.set(proto.name ?? '', toHalfTensor(value));
  }
  const { graph } = model;
  const isKept = ({ name }: { name?: string | null }): boolean => !halves.has(name ?? '');
  const rest = withGraph(model, { initializer: graph.initializer.filter(isKept), input: graph.input.filter(isKept) });
  const builder = GraphBuilder.rewrite(rest);
  for (const [name, half] of halves) {
    builder.replace(name, 'Cast', [builder.constant(half, `${name}_float16`)], { to: DATA_TYPE.float32 });
  }
  for (const node of graph.node) builder.keep(node);
  return builder.build();
}
