import { encodeAttribute, intAttribute } from '../format/attributes.ts';
import { type Model, type Node, withFields, withGraph } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { type InferredTypes, inferTypes } from '../shape/infer-types.ts';
import { dropsLastWindow, hasCeilMode, poolingAxes, windowExtent } from '../shape/window-axes.ts';

const POOLINGS: readonly string[] = ['AveragePool', 'MaxPool'];
const PADDING_ATTRIBUTES: readonly string[] = ['auto_pad', 'ceil_mode', 'pads'];

/**
 * The model with its poolings in ceil mode written with paddings instead where a last window would start behind the data.
 *
 * ONNX Runtime's shape inference counts that window, its kernels do not: a graph that has both what such a pooling gives
 * and constants of its real size is refused.
 */
export function withExactWindows(model: Model): Model {
  const { node } = model.graph;
  if (!node.some(isInCeilMode)) return model;
  const types = inferTypes(model);
  return withGraph(model, { node: node.map((each) => (isInCeilMode(each) ? exact(each, types) : each)) });
}

function isInCeilMode(node: Node): boolean {
  return isStandardDomain(node.domain) && POOLINGS.includes(node.opType ?? '') && hasCeilMode(node);
}

function exact(node: Node, types: InferredTypes): Node {
  const axes = poolingAxes(types.contextOf(node));
  const [sizes, counts] = [node.input[0], node.output[0]].map((value) => types.typeOf(value ?? '').dims?.slice(2));
  const windows = axes?.flatMap((axis, at) => {
    const [size, count] = [sizes?.[at], counts?.[at]];
    return typeof size === 'number' && typeof count === 'number' ? { ...axis, size, count } : [];
  });
  if (!windows || windows.length !== axes?.length) return node;
  if (!windows.some(({ size, count, ...axis }) => dropsLastWindow(axis, size, count))) return node;
  const after = windows.map(({ size, count, ...axis }) =>
    Math.max(0, (count - 1) * axis.stride + windowExtent(axis) - axis.before - size),
  );
  // A padding as long as the kernel is none that ONNX Runtime takes; one that is counted must not grow.
  const fits = windows.every((axis, at) => (after[at] ?? 0) < axis.kernel);
  const isCounted = intAttribute(node, 'count_include_pad', 0) === 1;
  if (!fits || (isCounted && windows.some((axis, at) => (after[at] ?? 0) > axis.after))) return node;
  const others = node.attribute.filter(({ name }) => !PADDING_ATTRIBUTES.includes(name ?? ''));
  const pads = encodeAttribute('pads', [...windows.map(({ before }) => before), ...after]);
  return withFields(node, { attribute: [...others, pads] });
}
