import { intAttribute } from '../../format/attributes.ts';
import { elementTypeOf } from '../../tensor/element-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';
import { CONVOLUTION_RULES } from './convolution.ts';
import { DENSE_RULES } from './dense.ts';

function quantized(context: ShapeContext) {
  const declared = elementTypeOf(intAttribute(context.node, 'output_dtype', 0));
  return [{ type: inputType(context, 2).type ?? declared ?? 'uint8', dims: inputType(context, 0).dims }];
}

/** Activations and weights are inputs 0 and 3, each with its scale and zero point behind it; the result's are 6 and 7. */
function linear(context: ShapeContext, rule: ShapeRule | undefined) {
  const inputs = [inputType(context, 0), inputType(context, 3)];
  return [{ type: inputType(context, 7).type, dims: rule?.({ ...context, inputs })[0]?.dims }];
}

/** Types behind the integer and quantization operators. */
export const QUANTIZED_RULES: Readonly<Record<string, ShapeRule>> = {
  QuantizeLinear: quantized,
  DequantizeLinear: (context) => [{ type: inputType(context, 1).type, dims: inputType(context, 0).dims }],
  DynamicQuantizeLinear: (context) => [
    { type: 'uint8', dims: inputType(context, 0).dims },
    { type: 'float32', dims: [] },
    { type: 'uint8', dims: [] },
  ],
  MatMulInteger: (context) => [{ type: 'int32', dims: DENSE_RULES['MatMul']?.(context)[0]?.dims }],
  ConvInteger: (context) => [{ type: 'int32', dims: CONVOLUTION_RULES['Conv']?.(context)[0]?.dims }],
  QLinearMatMul: (context) => linear(context, DENSE_RULES['MatMul']),
  QLinearConv: (context) => linear(context, CONVOLUTION_RULES['Conv']),
};
