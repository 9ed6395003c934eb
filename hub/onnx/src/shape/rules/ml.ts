import type { ValueType } from '../../graph/value-type.ts';
import type { ElementType } from '../../tensor/element-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

const ENCODED: readonly (readonly [attribute: string, type: ElementType])[] = [
  ['values_strings', 'string'],
  ['values_int64s', 'int64'],
  ['values_floats', 'float32'],
];

// ai.onnx.ml LabelEncoder-2: the type follows from which values there are.
function labelEncoder(context: ShapeContext): ValueType[] {
  const has = (attribute: string): boolean => context.node.attribute.some(({ name }) => name === attribute);
  return [{ type: ENCODED.find(([attribute]) => has(attribute))?.[1], dims: inputType(context, 0).dims }];
}

function floats(context: ShapeContext): ValueType[] {
  return [{ type: 'float32', dims: inputType(context, 0).dims }];
}

/** Types behind operators of the domain ai.onnx.ml that work entry by entry. */
export const ML_RULES: Readonly<Record<string, ShapeRule>> = {
  LabelEncoder: labelEncoder,
  Scaler: floats,
  Normalizer: floats,
  Binarizer: (context) => [inputType(context, 0)],
  Imputer: (context) => [inputType(context, 0)],
};
