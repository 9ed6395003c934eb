import { intAttribute } from '../../format/attributes.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { RECURRENT_RULES } from './recurrent.ts';

// MatMulNBits: A [..., K] and packed weights of N outputs.
const blockProduct: ShapeRule = (context) => {
  const { type, dims } = inputType(context, 0);
  return [{ type, dims: dims && [...dims.slice(0, -1), intAttribute(context.node, 'N', 0) || undefined] }];
};

// Attention and QAttention: input [batch, length, width], weights [width, 3 * hidden]
function attention(context: ShapeContext): ReturnType<ShapeRule> {
  const [batch, length] = inputType(context, 0).dims ?? [];
  const columns = inputType(context, 1).dims?.[1];
  const hidden = typeof columns === 'number' ? columns / 3 : undefined;
  const heads = intAttribute(context.node, 'num_heads', 0);
  const width = hidden !== undefined && heads > 0 ? hidden / heads : undefined;
  return [
    { type: 'float32', dims: [batch, length, hidden] },
    { type: 'float32', dims: [2, batch, heads > 0 ? heads : undefined, undefined, width] },
  ];
}

/**
 * Types behind operators of ONNX Runtime's own that quantization writes or reads.
 *
 * @see ONNX Runtime ContribOperators.md
 */
export const MICROSOFT_RULES: Readonly<Record<string, ShapeRule>> = {
  Attention: (context) => (hasOwnSizes(context) ? [] : attention(context)),
  DynamicQuantizeLSTM: (context) => RECURRENT_RULES['LSTM']?.(context) ?? [],
  MatMulNBits: blockProduct,
  QAttention: attention,
};

/** Whether queries, keys and values have sizes of their own. */
function hasOwnSizes({ node }: ShapeContext): boolean {
  return node.attribute.some(({ name }) => name === 'qkv_hidden_sizes');
}
