import { intAttribute, stringAttribute } from '../../format/attributes.ts';
import type { Dim } from '../../graph/value-type.ts';
import { inputType, type ShapeContext, type ShapeRule } from '../shape-rule.ts';

// ONNX LSTM-14, GRU-14, RNN-14: layout 0 is time first, layout 1 batch first.
const recurrent: ShapeRule = (context) => {
  const { type, dims } = inputType(context, 0);
  const [first, second] = dims?.length === 3 ? dims : [];
  const directions = stringAttribute(context.node, 'direction', 'forward') === 'bidirectional' ? 2 : 1;
  const hidden = hiddenSize(context);
  const isBatchFirst = intAttribute(context.node, 'layout', 0) === 1;
  const sequence = isBatchFirst ? [first, second, directions, hidden] : [first, directions, second, hidden];
  const last = isBatchFirst ? [first, directions, hidden] : [directions, second, hidden];
  return [sequence, last, last].map((shape) => ({ type, dims: shape }));
};

function hiddenSize(context: ShapeContext): Dim {
  const declared = intAttribute(context.node, 'hidden_size', 0);
  // R is [directions, gates * hidden, hidden].
  return declared > 0 ? declared : inputType(context, 2).dims?.[2];
}

/** Types behind recurrent layers. */
export const RECURRENT_RULES: Readonly<Record<string, ShapeRule>> = { LSTM: recurrent, GRU: recurrent, RNN: recurrent };
