import { intAttribute, intsAttribute } from '../../format/attributes.ts';
import type { Dim, ValueType } from '../../graph/value-type.ts';
import { type ElementType, elementTypeOf } from '../../tensor/element-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

function declaredType(context: ShapeContext, fallback: ElementType | undefined): ElementType | undefined {
  return elementTypeOf(intAttribute(context.node, 'dtype', 0)) ?? fallback;
}

function generated(context: ShapeContext): ValueType[] {
  return [{ type: declaredType(context, 'float32'), dims: intsAttribute(context.node, 'shape') }];
}

function generatedLike(context: ShapeContext): ValueType[] {
  const { type, dims } = inputType(context, 0);
  return [{ type: declaredType(context, type), dims }];
}

function multinomial(context: ShapeContext): ValueType[] {
  const dims: Dim[] = [inputType(context, 0).dims?.[0], intAttribute(context.node, 'sample_size', 1)];
  return [{ type: declaredType(context, 'int32'), dims }];
}

/** Types of random numbers. */
export const RANDOM_RULES: Readonly<Record<string, ShapeRule>> = {
  RandomNormal: generated,
  RandomUniform: generated,
  RandomNormalLike: generatedLike,
  RandomUniformLike: generatedLike,
  Bernoulli: generatedLike,
  Multinomial: multinomial,
};
