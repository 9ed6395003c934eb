import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { valuesRead } from '../graph/topology.ts';
import type { InferredTypes } from '../shape/infer-types.ts';

/** Where a graph picks rows of a table. */
export interface LookUp {
  /** Which rows, int32 or int64. */
  readonly indices: string;
  /** The rows. */
  readonly output: string;
}

/** The tables among these weights whose rows are picked by one node, and that nothing else reads. */
export function lookedUpWeights(
  nodes: readonly Node[],
  types: InferredTypes,
  names: readonly string[],
): Map<string, LookUp> {
  return new Map(
    names.flatMap((name): [string, LookUp][] => {
      const [reader, another] = nodes.filter((node) => valuesRead(node).includes(name));
      const lookUp = reader && !another ? lookUpOf(reader, types, name) : undefined;
      return lookUp ? [[name, lookUp]] : [];
    }),
  );
}

function lookUpOf(node: Node, types: InferredTypes, name: string): LookUp | undefined {
  if (node.opType !== 'Gather' || !isStandardDomain(node.domain)) return undefined;
  const [table, indices = ''] = node.input;
  const { type, dims } = types.typeOf(indices);
  // A single row comes without its axis.
  const isPlain = table === name && intAttribute(node, 'axis', 0) === 0 && dims !== undefined && dims.length > 0;
  return isPlain && (type === 'int32' || type === 'int64') ? { indices, output: node.output[0] ?? '' } : undefined;
}
