import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';

/** The operator of a node; `domain.Operator` outside of the standard domain. */
export function operatorOf({ domain, opType }: Node): string {
  return isStandardDomain(domain) ? (opType ?? '') : `${domain}.${opType}`;
}

/** Number of nodes per operator, by name. */
export function nodesPerOperator(nodes: readonly Node[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(operatorOf(node), (counts.get(operatorOf(node)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([left], [right]) => left.localeCompare(right)));
}
