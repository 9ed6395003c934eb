import { intAttribute } from '../../format/attributes.ts';
import type { Dim } from '../../graph/value-type.ts';
import { broadcastDims } from '../broadcast-dims.ts';
import { einsumTerms, labelSizes } from '../einsum-terms.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function gemmDims({ node, inputs }: ShapeContext): Dim[] | undefined {
  const [a, b] = inputs;
  if (a?.dims?.length !== 2 || b?.dims?.length !== 2) return undefined;
  return [a.dims[intAttribute(node, 'transA', 0)], b.dims[1 - intAttribute(node, 'transB', 0)]];
}

// ONNX MatMul-13 follows numpy.matmul: a vector on either side loses its helper dimension.
function matMulDims({ inputs }: ShapeContext): Dim[] | undefined {
  const [left, right] = [inputs[0]?.dims, inputs[1]?.dims];
  if (!left?.length || !right?.length) return undefined;
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  const rows = left.length === 1 ? [] : [left.at(-2)];
  const columns = right.length === 1 ? [] : [right.at(-1)];
  return [...batch, ...rows, ...columns];
}

function einsumDims({ node, inputs }: ShapeContext): Dim[] | undefined {
  const dims = inputs.map((input) => input.dims);
  const terms = einsumTerms(node, dims);
  const sizes = terms && labelSizes(terms, dims);
  return terms?.output.map((label) => sizes?.get(label));
}

/** Types behind matrix products. */
export const DENSE_RULES: Readonly<Record<string, ShapeRule>> = {
  Einsum: (context) => [{ type: inputType(context, 0).type, dims: einsumDims(context) }],
  Gemm: (context) => [{ type: inputType(context, 0).type, dims: gemmDims(context) }],
  MatMul: (context) => [{ type: inputType(context, 0).type, dims: matMulDims(context) }],
};
