import type { ElementType } from '@edgeloop/onnx';
import type { InputKind } from '../../store/model-rows.ts';

/** How the values of each kind of input lie in a tensor. */
export const INPUT_ELEMENT_TYPES: Readonly<Record<InputKind, ElementType>> = {
  numbers: 'float32',
  categories: 'string',
  times: 'float64',
  text: 'string',
  image: 'uint8',
  window: 'float32',
};
