import type { Node } from '../format/messages.ts';
import { type FixedGeometry, isFixed } from '../gradient/rules/convolution/window-geometry.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { convolutionAxes, poolingAxes, type WindowAxis } from '../shape/window-axes.ts';

/** Windows of a Conv whose sizes are all known. */
export function convolutionGeometry(node: Node, types: InferredTypes): FixedGeometry | undefined {
  return geometryOf(node, types, convolutionAxes(types.contextOf(node)));
}

/** Windows of a MaxPool or AveragePool whose sizes are all known. */
export function poolingGeometry(node: Node, types: InferredTypes): FixedGeometry | undefined {
  return geometryOf(node, types, poolingAxes(types.contextOf(node)));
}

function geometryOf(
  node: Node,
  types: InferredTypes,
  axes: readonly WindowAxis[] | undefined,
): FixedGeometry | undefined {
  const [from, into] = [node.input[0], node.output[0]].map((value) => types.typeOf(value ?? '').dims?.slice(2));
  if (!axes || !from || !into) return undefined;
  const geometry = { axes, sizes: from, counts: into };
  return isFixed(geometry) ? geometry : undefined;
}
