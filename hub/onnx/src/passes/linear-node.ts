import { encodeAttribute, float, floatAttribute, intAttribute } from '../format/attributes.ts';
import { type Attribute, type Node, newNode, withFields } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { float32, type TensorOf } from '../tensor/tensor.ts';
import type { Affine, Channels } from './affine.ts';
import { floatsOf } from './affine.ts';
import type { GraphEdit } from './graph-edit.ts';

/** A product with constant weights, with the constant that is added to it. */
export interface LinearNode {
  /** Its last node, whose output is the result. */
  readonly node: Node;
  readonly channels: Channels;
  /** Nodes that compute the same with an affine function behind it, the last of which writes `output`. */
  withAffine(affine: Affine, output: string): Node[];
}

/** The node as a product with constant weights: Conv, ConvTranspose, Gemm, MatMul alone or with an Add behind it. */
export function linearNode(edit: GraphEdit, node: Node): LinearNode | undefined {
  if (!isStandardDomain(node.domain)) return undefined;
  switch (node.opType) {
    case 'Conv':
    case 'ConvTranspose':
      return convolution(edit, node);
    case 'Gemm':
      return general(edit, node);
    case 'MatMul':
      return product(edit, node, undefined);
    case 'Add':
      return sumOfProduct(edit, node);
    default:
      return undefined;
  }
}

function weightsOf(edit: GraphEdit, name: string): TensorOf<'float32'> | undefined {
  const value = edit.isConstant(name) ? edit.constant(name) : undefined;
  return value?.type === 'float32' ? value : undefined;
}

/** Weights [out, in / group, kernel...] of Conv, [in, out / group, kernel...] of ConvTranspose. */
function convolution(edit: GraphEdit, node: Node): LinearNode | undefined {
  const [data = '', name = '', biasName = ''] = node.input;
  const weights = weightsOf(edit, name);
  const bias = biasName === '' ? undefined : floatsOf(edit, biasName);
  if (!weights || (biasName !== '' && !bias)) return undefined;
  const [first = 0, second = 0] = weights.dims;
  const groups = intAttribute(node, 'group', 1);
  const isTransposed = node.opType === 'ConvTranspose';
  const count = isTransposed ? second * groups : first;
  const inner = weights.data.length / Math.max(1, isTransposed ? first * second : first);
  const inputsPerGroup = first / groups;
  const channelOf = (at: number): number => {
    const row = Math.floor(at / inner);
    if (!isTransposed) return row;
    return Math.floor(Math.floor(row / second) / inputsPerGroup) * second + (row % second);
  };
  return {
    node,
    channels: { rank: weights.dims.length, axis: 1, count },
    withAffine(affine, output) {
      const input = [
        data,
        edit.addConstant(scaled(weights, affine, channelOf), `${name}_fused`),
        edit.addConstant(moved(bias, affine), `${name}_bias`),
      ];
      return [withFields(node, { input, output: [output] })];
    },
  };
}

// ONNX Gemm-13: alpha * A * B + beta * C
function general(edit: GraphEdit, node: Node): LinearNode | undefined {
  const [data = '', name = '', addedName = ''] = node.input;
  const weights = weightsOf(edit, name);
  if (weights?.dims.length !== 2) return undefined;
  const isTransposed = intAttribute(node, 'transB', 0) === 1;
  const [rows = 0, columns = 0] = weights.dims;
  const count = isTransposed ? rows : columns;
  const beta = floatAttribute(node, 'beta', 1);
  const bias = addedName === '' ? undefined : rowOf(edit, addedName, count)?.map((entry) => entry * beta);
  if (addedName !== '' && !bias) return undefined;
  return {
    node,
    channels: { rank: 2, axis: 1, count },
    withAffine(affine, output) {
      const channelOf = (at: number): number => (isTransposed ? Math.floor(at / columns) : at % columns);
      const input = [
        data,
        edit.addConstant(scaled(weights, affine, channelOf), `${name}_fused`),
        edit.addConstant(moved(bias, affine), `${name}_bias`),
      ];
      const attribute = node.attribute.map(
        (entry): Attribute => (entry.name === 'beta' ? encodeAttribute('beta', float(1)) : entry),
      );
      return [withFields(node, { input, attribute, output: [output] })];
    },
  };
}

/** What is added to every row, [column]; `undefined` where rows get different numbers. */
function rowOf(edit: GraphEdit, name: string, count: number): number[] | undefined {
  const { dims } = edit.types.typeOf(name);
  const entries = edit.isConstant(name) ? floatsOf(edit, name) : undefined;
  if (!entries || !dims || dims.slice(0, -1).some((dim) => dim !== 1)) return undefined;
  if (entries.length === 1) return Array.from({ length: count }, () => entries[0] ?? 0);
  return entries.length === count ? entries : undefined;
}

/** A product with a constant matrix [in, out] on the right; its channels are the last dimension. */
function product(edit: GraphEdit, node: Node, bias: readonly number[] | undefined, end = node): LinearNode | undefined {
  const [data = '', name = ''] = node.input;
  const weights = weightsOf(edit, name);
  const rank = edit.types.typeOf(node.output[0] ?? '').dims?.length;
  const [, count = 0] = weights?.dims ?? [];
  if (weights?.dims.length !== 2 || rank === undefined || rank < 2) return undefined;
  return {
    node: end,
    channels: { rank, axis: rank - 1, count },
    withAffine(affine, output) {
      const matrix = edit.addConstant(
        scaled(weights, affine, (at) => at % count),
        `${name}_fused`,
      );
      const added = moved(bias, affine);
      if (added.data.every((entry) => entry === 0))
        return [withFields(node, { input: [data, matrix], output: [output] })];
      const inner = edit.fresh(`${output}_product`);
      return [
        withFields(node, { input: [data, matrix], output: [inner] }),
        newNode({
          name: edit.fresh(`${node.name || inner}_bias`),
          opType: 'Add',
          input: [inner, edit.addConstant(added, `${name}_bias`)],
          output: [output],
        }),
      ];
    },
  };
}

function sumOfProduct(edit: GraphEdit, node: Node): LinearNode | undefined {
  const value = node.input.find((name) => edit.producer(name)?.opType === 'MatMul');
  const before = value === undefined ? undefined : edit.producer(value);
  if (value === undefined || !before || !isStandardDomain(before.domain) || !edit.isOnlyFor(value, node))
    return undefined;
  const alone = product(edit, before, undefined);
  const other = node.input.find((name) => name !== value) ?? '';
  const bias = alone && rowOf(edit, other, alone.channels.count);
  // A constant with more dimensions than the product would give the sum more, too.
  const isRow = (edit.types.typeOf(other).dims?.length ?? 0) <= (alone?.channels.rank ?? 0);
  return bias && isRow ? product(edit, before, bias, node) : undefined;
}

function scaled(
  weights: TensorOf<'float32'>,
  { scale }: Affine,
  channelOf: (at: number) => number,
): TensorOf<'float32'> {
  return float32(
    weights.data.map((entry, at) => entry * (scale[channelOf(at)] ?? 1)),
    weights.dims,
  );
}

function moved(bias: readonly number[] | undefined, { scale, shift }: Affine): TensorOf<'float32'> {
  return float32(shift.map((entry, at) => (bias?.[at] ?? 0) * (scale[at] ?? 1) + entry));
}
