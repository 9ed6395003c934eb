import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { Dim } from '../graph/value-type.ts';
import { alignedDim } from '../shape/broadcast-dims.ts';

type Dims = readonly Dim[] | undefined;

const BROADCASTING: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Mod', 'Min', 'Max', 'Sum', 'Mean', 'Where'],
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor'],
  ...['BitwiseAnd', 'BitwiseOr', 'BitwiseXor', 'BitShift'],
]);

/** What is expected of the sizes of a node's inputs and not the case, as far as they are known. */
export function shapeFault(node: Node, inputs: readonly Dims[], output: Dims): string | undefined {
  const [left, right] = inputs;
  if (BROADCASTING.has(node.opType ?? '')) return broadcastFault(inputs);
  switch (node.opType) {
    case 'MatMul':
    case 'MatMulInteger':
      return innerFault(left?.at(-1), right && (right.length === 1 ? right[0] : right.at(-2)));
    case 'Gemm':
      return innerFault(left?.[1 - intAttribute(node, 'transA', 0)], right?.[intAttribute(node, 'transB', 0)]);
    case 'Conv':
    case 'ConvInteger':
      return convolutionFault(left, right, intAttribute(node, 'group', 1));
    case 'ConvTranspose':
      return differ(left?.[1], right?.[0])
        ? sizes('one channel for each input of the weights', left?.[1], right?.[0])
        : undefined;
    case 'Concat':
      return concatFault(inputs, intAttribute(node, 'axis', 0));
    case 'Reshape':
      return countFault(left, output);
    default:
      return undefined;
  }
}

function differ(left: Dim, right: Dim): boolean {
  return typeof left === 'number' && typeof right === 'number' && left !== right;
}

function sizes(expected: string, left: Dim, right: Dim): string {
  return `${expected}, got ${left} and ${right}`;
}

function broadcastFault(inputs: readonly Dims[]): string | undefined {
  const shapes = inputs.filter((dims) => dims !== undefined);
  const rank = Math.max(0, ...shapes.map((dims) => dims.length));
  for (let axis = 0; axis < rank; axis++) {
    const found = shapes.map((dims) => alignedDim(dims, axis, rank)).filter((dim) => dim !== 1);
    const [first, ...others] = found.filter((dim) => typeof dim === 'number');
    const other = others.find((dim) => dim !== first);
    if (other === undefined) continue;
    const text = shapes.map((dims) => `[${dims.map((dim) => dim ?? '?')}]`).join(' and ');
    return `inputs that broadcast, got ${text}`;
  }
  return undefined;
}

function innerFault(left: Dim, right: Dim): string | undefined {
  return differ(left, right) ? sizes('as many columns as rows', left, right) : undefined;
}

function convolutionFault(data: Dims, weights: Dims, group: number): string | undefined {
  const perGroup = weights?.[1];
  const channels = typeof perGroup === 'number' ? perGroup * group : undefined;
  if (differ(data?.[1], channels)) return sizes('as many channels as the weights', data?.[1], channels);
  if (data && weights && data.length !== weights.length) {
    return `weights of as many dimensions as the data, got ${data.length} and ${weights.length}`;
  }
  return undefined;
}

function concatFault(inputs: readonly Dims[], axis: number): string | undefined {
  const shapes = inputs.filter((dims) => dims !== undefined);
  const [first, ...others] = shapes;
  for (const dims of others) {
    if (dims.length !== first?.length) return `inputs of as many dimensions, got ${first?.length} and ${dims.length}`;
    const skipped = axis < 0 ? axis + dims.length : axis;
    const at = dims.findIndex((dim, index) => index !== skipped && differ(dim, first[index]));
    if (at >= 0) return sizes(`inputs of one size on axis ${at}`, first[at], dims[at]);
  }
  return undefined;
}

function countFault(from: Dims, to: Dims): string | undefined {
  const [before, after] = [from, to].map((dims) =>
    dims?.every((dim) => typeof dim === 'number') ? dims.reduce((product, dim) => product * dim, 1) : undefined,
  );
  return differ(before, after) ? sizes('a shape with as many entries', before, after) : undefined;
}
