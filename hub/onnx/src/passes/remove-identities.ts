import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import { DATA_TYPE } from '../tensor/element-type.ts';
import type { GraphEdit } from './graph-edit.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/** Operators that give their only input back. */
const OF_ONE_INPUT: ReadonlySet<string> = new Set(['Concat', 'Sum', 'Mean', 'Max', 'Min']);

/** Takes out nodes that give back what they get: Identity, Dropout outside of training, Cast to the same type. */
export const removeIdentities: Pass = (model) =>
  rewriteGraphs(model, 'remove-identities', (edit) => {
    edit.each((node) => {
      if (!isStandardDomain(node.domain) || !givesBack(edit, node)) return;
      if (edit.bypass(node, node.input[0] ?? '')) edit.note(node, 'gave back what it got');
    });
  });

function givesBack(edit: GraphEdit, node: Node): boolean {
  const operator = node.opType ?? '';
  if (operator === 'Identity') return true;
  if (operator === 'Dropout') return isInference(edit, node);
  if (OF_ONE_INPUT.has(operator)) return node.input.length === 1;
  const { type } = edit.types.typeOf(node.input[0] ?? '');
  if (operator === 'Cast') return type !== undefined && DATA_TYPE[type] === intAttribute(node, 'to', 0);
  return operator === 'CastLike' && type !== undefined && type === edit.types.typeOf(node.input[1] ?? '').type;
}

// ONNX Dropout-12: training is an input; before, a graph that drops was one made for training.
function isInference(edit: GraphEdit, node: Node): boolean {
  const [, , training = ''] = node.input;
  const [, mask = ''] = node.output;
  if (mask !== '' && (edit.isOutput(mask) || edit.readers(mask).length > 0)) return false;
  return training === '' || edit.constant(training)?.data[0] === 0;
}
