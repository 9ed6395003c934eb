import { intsAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import type { GraphEdit } from './graph-edit.ts';
import { isSameShape } from './merge-layouts.ts';

/** Whether a node that moves entries leaves all of them where they are. */
export function movesNothing(edit: GraphEdit, node: Node): boolean {
  switch (node.opType) {
    case 'Reshape':
    case 'Flatten':
    case 'Squeeze':
    case 'Unsqueeze':
    case 'Expand':
    case 'Tile':
      return keepsShape(edit, node);
    case 'Transpose':
      return intsAttribute(node, 'perm')?.every((axis, at) => axis === at) ?? false;
    case 'Slice':
      return keepsShape(edit, node) && goesForward(edit, node);
    case 'Pad':
      return padsNothing(edit, node);
    default:
      return false;
  }
}

function keepsShape(edit: GraphEdit, node: Node): boolean {
  return isSameShape(edit, node.input[0] ?? '', node.output[0] ?? '');
}

/** A step of -1 keeps the shape too, and turns the entries around. */
function goesForward(edit: GraphEdit, node: Node): boolean {
  const steps = node.input[4] ?? '';
  if (steps === '') return true;
  const value = edit.constant(steps);
  return value?.type === 'int64' || value?.type === 'int32'
    ? Array.from(value.data, Number).every((step) => step > 0)
    : false;
}

/** Pads are an attribute before opset 11. */
function padsNothing(edit: GraphEdit, node: Node): boolean {
  const attribute = intsAttribute(node, 'pads');
  if (attribute) return attribute.every((pad) => pad === 0);
  const value = edit.constant(node.input[1] ?? '');
  return value?.type === 'int64' && value.data.every((pad) => pad === 0n);
}
