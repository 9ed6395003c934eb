import { intAttribute } from '../../format/attributes.ts';
import type { Node } from '../../format/messages.ts';
import type { InferredTypes } from '../../shape/infer-types.ts';

/**
 * Why a node with weights stays in float.
 *
 * - `excluded`: the caller said so
 * - `weights-not-constant`, `weights-not-float32`: nothing that could be quantized once and for all
 * - `rank-unsupported`: weights that are no matrix, or a bias that differs by row
 * - `transposed`: the activation is read transposed
 * - `no-integer-kernel`: ONNX Runtime's CPU provider has none for the operator
 * - `inside-node`: in a graph of an If, Loop or Scan
 */
export type KeptReason =
  | 'excluded'
  | 'weights-not-constant'
  | 'weights-not-float32'
  | 'rank-unsupported'
  | 'transposed'
  | 'no-integer-kernel'
  | 'inside-node';

/** Operators with weights of which a plan tells. */
export const WEIGHTED_OPERATORS: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/** Why integers cannot do the work of a node of `WEIGHTED_OPERATORS`; `undefined` where they can. */
export function reasonToKeep(node: Node, types: InferredTypes): KeptReason | undefined {
  const [activation = '', weight = '', bias = ''] = node.input;
  if (node.opType === 'ConvTranspose') return 'no-integer-kernel';
  if (!types.constants.has(weight) || types.constants.has(activation)) return 'weights-not-constant';
  if (types.typeOf(weight).type !== 'float32') return 'weights-not-float32';
  if (bias !== '' && !types.constants.has(bias)) return 'weights-not-constant';
  if (bias !== '' && types.typeOf(bias).type !== 'float32') return 'weights-not-float32';
  return node.opType === 'Conv' ? undefined : reasonOfMatrix(node, types);
}

function reasonOfMatrix(node: Node, types: InferredTypes): KeptReason | undefined {
  const [activation = '', weight = '', bias = ''] = node.input;
  if (types.typeOf(weight).dims?.length !== 2 || types.typeOf(activation).dims?.length === 1) return 'rank-unsupported';
  if (node.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1) return 'transposed';
  // A bias of several rows would add a different number to every row of the batch.
  const rows = types.typeOf(bias).dims?.at(-2) ?? 1;
  return rows === 1 ? undefined : 'rank-unsupported';
}
