import { intsAttribute } from '../../format/attributes.ts';
import type { ValueType } from '../../graph/value-type.ts';
import { broadcastDims } from '../broadcast-dims.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

// ONNX StringNormalizer-10: stop words are taken out, and an empty result becomes one empty text.
function normalizer(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  const dropsWords = context.node.attribute.some(({ name }) => name === 'stopwords');
  return [
    {
      type: 'string',
      dims: dropsWords ? dims?.map((dim, axis) => (axis === dims.length - 1 ? undefined : dim)) : dims,
    },
  ];
}

function split(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  return [
    { type: 'string', dims: dims && [...dims, undefined] },
    { type: 'int64', dims },
  ];
}

function concat(context: ShapeContext): ValueType[] {
  const [left, right] = [inputType(context, 0).dims, inputType(context, 1).dims];
  return [{ type: 'string', dims: left && right && broadcastDims(left, right) }];
}

function termFrequency(context: ShapeContext): ValueType[] {
  const { dims } = inputType(context, 0);
  const width = Math.max(0, ...(intsAttribute(context.node, 'ngram_indexes') ?? [])) + 1;
  return [{ type: 'float32', dims: dims && [...dims.slice(0, -1), width] }];
}

/** Types behind the operators for texts. */
export const TEXT_RULES: Readonly<Record<string, ShapeRule>> = {
  StringNormalizer: normalizer,
  StringSplit: split,
  StringConcat: concat,
  RegexFullMatch: (context) => [{ type: 'bool', dims: inputType(context, 0).dims }],
  TfIdfVectorizer: termFrequency,
};
