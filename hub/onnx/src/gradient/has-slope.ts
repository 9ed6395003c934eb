import type { Node } from '../format/messages.ts';
import { type ElementType, isFloatType } from '../tensor/element-type.ts';

/** Whether a gradient may go through an output of this type: floats, or integers that stand for some. */
export function hasSlope({ opType }: Node, type: ElementType | undefined): boolean {
  return type === undefined || isFloatType(type) || opType === 'QuantizeLinear';
}
