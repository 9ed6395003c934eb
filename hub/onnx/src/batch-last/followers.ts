import { floatAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import type { InferredTypes } from '../shape/infer-types.ts';
import { windowExtent } from '../shape/window-axes.ts';
import { poolingGeometry } from './geometries.ts';
import { readsOutside, windowReads } from './window-reads.ts';

/** What stands behind a convolution and can be computed together with it. */
export interface Followers {
  /** An activation between the two that may as well come last: it keeps the order of values. */
  readonly activation: Node | undefined;
  /** A MaxPool whose windows lie side by side. */
  readonly pooling: Node;
}

/** The pooling behind a convolution, if nothing else reads what is in between. */
export function followersOf(
  convolution: Node,
  types: InferredTypes,
  onlyReader: (value: string) => Node | undefined,
): Followers | undefined {
  const next = onlyReader(convolution.output[0] ?? '');
  const activation = next && keepsOrder(next) ? next : undefined;
  const pooling = activation ? onlyReader(activation.output[0] ?? '') : next;
  return pooling && isSideBySide(pooling, types) ? { activation, pooling } : undefined;
}

/** Whether the gradient is the same, too, before and behind a MaxPool: where it is flat, it has none. */
function keepsOrder(node: Node): boolean {
  if (!isStandardDomain(node.domain)) return false;
  return node.opType === 'Relu' || (node.opType === 'LeakyRelu' && floatAttribute(node, 'alpha', 0.01) >= 0);
}

function isSideBySide(node: Node, types: InferredTypes): boolean {
  if (node.opType !== 'MaxPool' || !isStandardDomain(node.domain) || node.output.length > 1) return false;
  const geometry = poolingGeometry(node, types);
  if (!geometry?.axes.every((axis) => axis.stride >= windowExtent(axis))) return false;
  return !readsOutside(windowReads(geometry));
}
