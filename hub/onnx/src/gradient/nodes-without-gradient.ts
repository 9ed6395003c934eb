import type { Model } from '../format/messages.ts';
import { neededValues } from '../graph/prune.ts';
import { describeNode, sortNodes, valuesRead } from '../graph/topology.ts';
import { inferTypes } from '../shape/infer-types.ts';
import { isFloatType } from '../tensor/element-type.ts';
import { gradientRule } from './gradient-rules.ts';

/**
 * Nodes between `wanted` values and `output` whose operators have no gradient rule, as name and operator.
 *
 * An empty list does not promise that every rule accepts the attributes of its node.
 */
export function nodesWithoutGradient(model: Model, wanted: readonly string[], output: string): string[] {
  const nodes = sortNodes(model.graph.node);
  const needed = neededValues({ ...model.graph, node: nodes }, [output]);
  const types = inferTypes(model);
  const active = new Set(wanted);
  const found: string[] = [];
  for (const node of nodes) {
    if (!valuesRead(node).some((value) => active.has(value))) continue;
    const floats = node.output.filter((value) => value !== '' && isFloatType(types.typeOf(value).type ?? 'float32'));
    for (const value of floats) active.add(value);
    const isOnPath = floats.some((value) => needed.has(value));
    if (isOnPath && !gradientRule(node.opType ?? '', node.domain ?? '')) found.push(describeNode(node));
  }
  return found;
}
