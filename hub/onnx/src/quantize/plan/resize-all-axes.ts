import { encodeAttribute, intsAttribute, stringAttribute } from '../../format/attributes.ts';
import { type Model, type Node, newNode, type TensorProto, withFields, withGraph } from '../../format/messages.ts';
import { isStandardDomain } from '../../graph/domain.ts';
import { Names } from '../../graph/names.ts';
import { type InferredTypes, inferTypes } from '../../shape/infer-types.ts';
import { encodeTensor } from '../../tensor/encode-tensor.ts';
import { float32 } from '../../tensor/tensor.ts';

/**
 * Every Resize that names its axes, the last ones of its input, written for all axes: the sizes of the others are taken
 * from the input, or their scales are 1.
 *
 * ONNX Runtime moves Transposes through a Resize to bring integer convolutions into its own layout, and then permutes
 * `sizes` as if it had an entry for every axis: such a model does not load.
 */
export function resizeAllAxes(model: Model): Model {
  const { graph } = model;
  const resizes = graph.node.filter((node) => isStandardDomain(node.domain) && axesOf(node) !== undefined);
  if (resizes.length === 0) return model;
  const types = inferTypes(model);
  const names = Names.of(graph);
  const constants: TensorProto[] = [];
  const node = graph.node.flatMap((entry) =>
    resizes.includes(entry) ? allAxes(entry, { types, names, constants }) : [entry],
  );
  return withGraph(model, { node, initializer: [...graph.initializer, ...constants] });
}

function axesOf(node: Node): readonly number[] | undefined {
  return node.opType === 'Resize' ? intsAttribute(node, 'axes') : undefined;
}

interface Rewriting {
  readonly types: InferredTypes;
  readonly names: Names;
  readonly constants: TensorProto[];
}

function allAxes(node: Node, { types, names, constants }: Rewriting): Node[] {
  const [value = '', roi = '', scales = '', sizes = ''] = node.input;
  const rank = types.typeOf(value).dims?.length ?? 0;
  const axes = (axesOf(node) ?? []).map((axis) => (axis < 0 ? axis + rank : axis));
  const first = rank - axes.length;
  const isTail = axes.every((axis, index) => axis === first + index);
  // Kept proportions go by the axes that are named: the others, which keep their size, must not count.
  const isStretched = stringAttribute(node, 'keep_aspect_ratio_policy', 'stretch') === 'stretch';
  if (rank === 0 || !isTail || roi !== '' || !isStretched) return [node];
  const attribute = node.attribute.filter(({ name }) => name !== 'axes');
  const fresh = (word: string): string => names.fresh(`${node.output[0]}_${word}`);
  const all = fresh('all');
  const concat = (head: string, tail: string): Node =>
    newNode({ opType: 'Concat', input: [head, tail], output: [all], attribute: [encodeAttribute('axis', 0)] });
  if (sizes === '') {
    const ones = fresh('ones');
    constants.push(encodeTensor(ones, float32(new Float32Array(first).fill(1))));
    return [concat(ones, scales), withFields(node, { input: [value, '', all], attribute })];
  }
  const head = fresh('sizes');
  const ends = [encodeAttribute('start', 0), encodeAttribute('end', first)];
  const shape = newNode({ opType: 'Shape', input: [value], output: [head], attribute: ends });
  return [shape, concat(head, sizes), withFields(node, { input: [value, '', '', all], attribute })];
}
