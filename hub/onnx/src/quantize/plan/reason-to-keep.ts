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
 * - `few-inputs`: a convolution of a picture's colours or a single channel, whose integer kernel is slower
 * - `narrow-groups`: a convolution in groups of so few channels that its integer kernel is slower than the float one
 * - `inside-node`: in a graph of an If, Loop or Scan
 */
export type KeptReason =
  | 'excluded'
  | 'weights-not-constant'
  | 'weights-not-float32'
  | 'rank-unsupported'
  | 'transposed'
  | 'no-integer-kernel'
  | 'few-inputs'
  | 'narrow-groups'
  | 'inside-node';

/** Operators with weights of which a plan tells. */
export const WEIGHTED_OPERATORS: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/**
 * Measured on AVX-512 VNNI, against a float first layer with its result quantized: with 1 or 3 inputs whole networks are
 * 1.0 to 2.9 times as fast with it, with 4 inputs slower.
 */
const FEWEST_INPUTS = 4;
/** Measured on AVX-512 VNNI: 4 channels a group run at 0.1 to 0.2 x the float speed, 8 at 0.4 x, 16 at 0.6 to 0.8 x. */
const FEWEST_CHANNELS_PER_GROUP = 16;

/** Why integers cannot do the work of a node of `WEIGHTED_OPERATORS`; `undefined` where they can. */
export function reasonToKeep(node: Node, types: InferredTypes): KeptReason | undefined {
  const [activation = '', weight = '', bias = ''] = node.input;
  if (node.opType === 'ConvTranspose') return 'no-integer-kernel';
  if (!types.constants.has(weight) || types.constants.has(activation)) return 'weights-not-constant';
  if (types.typeOf(weight).type !== 'float32') return 'weights-not-float32';
  if (bias !== '' && !types.constants.has(bias)) return 'weights-not-constant';
  if (bias !== '' && types.typeOf(bias).type !== 'float32') return 'weights-not-float32';
  return node.opType === 'Conv' ? reasonOfConvolution(node, types) : reasonOfMatrix(node, types);
}

function reasonOfConvolution(node: Node, types: InferredTypes): KeptReason | undefined {
  const groups = intAttribute(node, 'group', 1);
  const [outputs, inputsPerGroup] = types.typeOf(node.input[1] ?? '').dims ?? [];
  if (typeof outputs !== 'number' || typeof inputsPerGroup !== 'number') return undefined;
  if (groups === 1) return inputsPerGroup < FEWEST_INPUTS ? 'few-inputs' : undefined;
  // Depthwise ones have a kernel of their own.
  const isDepthwise = inputsPerGroup === 1 && outputs === groups;
  return isDepthwise || inputsPerGroup >= FEWEST_CHANNELS_PER_GROUP ? undefined : 'narrow-groups';
}

function reasonOfMatrix(node: Node, types: InferredTypes): KeptReason | undefined {
  const [activation = '', weight = '', bias = ''] = node.input;
  if (types.typeOf(weight).dims?.length !== 2 || types.typeOf(activation).dims?.length === 1) return 'rank-unsupported';
  if (node.opType === 'Gemm' && intAttribute(node, 'transA', 0) === 1) return 'transposed';
  // A bias of several rows would add a different number to every row of the batch.
  const rows = types.typeOf(bias).dims?.at(-2) ?? 1;
  return rows === 1 ? undefined : 'rank-unsupported';
}
