import type { OnnxErrorPlace } from '../errors.ts';
import type { Node } from '../format/messages.ts';

export type ModelFaultCode =
  // how the graph hangs together
  | 'CYCLE'
  | 'NOT_SORTED'
  | 'VALUE_UNDEFINED'
  | 'VALUE_DUPLICATE'
  | 'OUTPUT_UNDEFINED'
  | 'OUTPUT_MISSING'
  // operators
  | 'OPERATOR_MISSING'
  | 'OPERATOR_UNKNOWN'
  | 'OPSET_MISSING'
  | 'OPSET_UNKNOWN'
  | 'INPUT_COUNT'
  | 'OUTPUT_COUNT'
  | 'ATTRIBUTE_MISSING'
  | 'ATTRIBUTE_UNKNOWN'
  | 'ATTRIBUTE_KIND'
  // constants
  | 'EXTERNAL_DATA'
  | 'TENSOR_MALFORMED'
  // types
  | 'TYPE_MISMATCH'
  | 'SHAPE_MISMATCH'
  | 'TYPE_CONTRADICTION'
  | 'SHAPE_CONTRADICTION';

/** One thing that is wrong with a model. */
export interface ModelFault {
  readonly code: ModelFaultCode;
  readonly message: string;
  readonly place: OnnxErrorPlace;
}

/** A fault. */
export function fault(code: ModelFaultCode, message: string, place: OnnxErrorPlace = {}): ModelFault {
  return { code, message, place };
}

/** Where a node's faults lie. */
export function placeOf(node: Node): OnnxErrorPlace {
  return { node: node.name ?? '', operator: node.opType ?? '' };
}
