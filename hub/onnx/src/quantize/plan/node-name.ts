import type { Node } from '../../format/messages.ts';

/** The name by which a node is excluded and reported: its own, or that of its first output. */
export function nodeName(node: Node): string {
  return node.name || node.output[0] || '';
}
