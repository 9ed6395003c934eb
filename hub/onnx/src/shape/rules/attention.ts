import { intAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function divided(width: Dim, heads: number): Dim {
  return typeof width === 'number' && heads > 0 ? width / heads : undefined;
}

/** A value as [batch, head, length, width]; three dimensions hold the heads side by side. */
function inHeads(dims: ValueType['dims'], heads: number): ValueType['dims'] {
  if (dims?.length !== 3) return dims;
  return [dims[0], heads > 0 ? heads : undefined, dims[1], divided(dims[2], heads)];
}

function joinedLength(past: ValueType['dims'], dims: ValueType['dims']): ValueType['dims'] {
  if (!dims || !past) return dims;
  const [before, now] = [past[2], dims[2]];
  const total = typeof before === 'number' && typeof now === 'number' ? before + now : undefined;
  return [dims[0], dims[1], total, dims[3]];
}

// ONNX Attention-23: Q, K, V, mask, past key, past value
function attention(context: ShapeContext): ValueType[] {
  const { node } = context;
  const [queryHeads, keyHeads] = [intAttribute(node, 'q_num_heads', 0), intAttribute(node, 'kv_num_heads', 0)];
  const { type, dims } = inputType(context, 0);
  const query = inHeads(dims, queryHeads);
  const [key, value] = [1, 2].map((index) => inHeads(inputType(context, index).dims, keyHeads));
  const [presentKey, presentValue] = [
    joinedLength(inputType(context, 4).dims, key),
    joinedLength(inputType(context, 5).dims, value),
  ];
  const width = value?.[3];
  const flat = typeof width === 'number' && queryHeads > 0 ? width * queryHeads : undefined;
  const output = dims?.length === 3 ? [dims[0], dims[1], flat] : query && [query[0], query[1], query[2], width];
  return [
    { type, dims: output },
    { type: inputType(context, 1).type, dims: presentKey },
    { type: inputType(context, 2).type, dims: presentValue },
    { type, dims: query && [query[0], query[1], query[2], presentKey?.[2]] },
  ];
}

/** Types behind attention and what belongs to it. */
export const ATTENTION_RULES: Readonly<Record<string, ShapeRule>> = {
  Attention: attention,
  RotaryEmbedding: (context) => [inputType(context, 0)],
};
