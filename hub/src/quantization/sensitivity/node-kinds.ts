import { inferTypes, type Model, planQuantization, type QuantizedNode } from '@edgeloop/onnx';

/** Kinds that are looked at on their own; those with the fewest weights are taken together. */
const MOST_KINDS = 10;

/** Names of nodes in groups of like cost, those with the most weights first. */
export interface NodeKinds {
  /** By operator, kernel, whether they are depthwise, and the size of their weights. */
  readonly kinds: readonly (readonly string[])[];
  /** By operator; none where there is only one. */
  readonly operators: readonly (readonly string[])[];
}

/** Groups the nodes that can be integers. */
export function nodeKinds(model: Model): NodeKinds {
  const types = inferTypes(model);
  const planned = planQuantization(model).quantized.map((entry) => {
    const dims = (types.typeOf(entry.weight).dims ?? []).map(Number);
    const weights = dims.reduce((product, size) => product * size, 1);
    return { name: entry.name, operator: entry.operator as string, kind: kindOf(entry, dims, weights), weights };
  });
  const operators = grouped(planned, ({ operator }) => operator);
  const kinds = grouped(planned, ({ kind }) => kind);
  const rare = kinds.slice(MOST_KINDS - 1).flat();
  return {
    kinds: kinds.length <= MOST_KINDS ? kinds : [...kinds.slice(0, MOST_KINDS - 1), rare],
    operators: operators.length > 1 ? operators : [],
  };
}

/** @param dims of the weights; of a Conv [output, input / group, kernel...] */
function kindOf({ operator }: QuantizedNode, dims: readonly number[], weights: number): string {
  const isDepthwise = operator === 'Conv' && dims[1] === 1;
  const kernel = operator === 'Conv' ? dims.slice(2) : [];
  // Four times as many weights count as another kind.
  return [operator, isDepthwise, kernel.join('x'), Math.round(Math.log2(weights) / 2)].join(' ');
}

interface Weighted {
  readonly name: string;
  readonly weights: number;
}

function grouped<T extends Weighted>(entries: readonly T[], keyOf: (entry: T) => string): string[][] {
  const groups = new Map<string, T[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const weightsOf = (group: readonly T[]): number => group.reduce((sum, { weights }) => sum + weights, 0);
  const order = [...groups.values()].sort((first, second) => weightsOf(second) - weightsOf(first));
  return order.map((group) => group.map(({ name }) => name));
}
