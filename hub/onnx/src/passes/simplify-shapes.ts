import { intAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import type { Dim } from '../graph/value-type.ts';
import { int64 } from '../tensor/tensor.ts';
import { storeResults } from './fold-constants.ts';
import type { GraphEdit } from './graph-edit.ts';
import { cancelReshapes, mergeTransposes, skipReshapes } from './merge-layouts.ts';
import { movesNothing } from './moves-nothing.ts';
import type { Pass } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/**
 * Replaces what is computed about shapes by what is known: values that are the same in every run become constants,
 * Reshape gets a constant target where one can say the same, runs of Reshape and of Transpose become one, and nodes that
 * move nothing go.
 */
export const simplifyShapes: Pass = (model) =>
  rewriteGraphs(model, 'simplify-shapes', (edit) => {
    const standard = (visit: (edit: GraphEdit, node: Node) => void): void =>
      edit.each((node) => {
        if (isStandardDomain(node.domain)) visit(edit, node);
      });
    standard(storeKnown);
    standard(setTarget);
    standard(skipReshapes);
    standard(mergeTransposes);
    standard(cancelReshapes);
    standard(removeMove);
  });

function removeMove(edit: GraphEdit, node: Node): void {
  if (movesNothing(edit, node) && edit.bypass(node, node.input[0] ?? '')) edit.note(node, 'moved nothing');
}

/** A node all of whose outputs are known becomes constants: Shape of a known shape, Gather from it, and so on. */
function storeKnown(edit: GraphEdit, node: Node): void {
  if (node.opType === 'Constant' || node.output.every((value) => value === '')) return;
  const values = node.output.map((name) => (name === '' ? undefined : edit.types.valueOf(name)));
  const known = values.filter((value) => value !== undefined);
  if (known.length < node.output.filter((name) => name !== '').length) return;
  storeResults(edit, node, values as typeof known);
}

/**
 * A Reshape whose target is computed from sizes gets a constant one: 0 for a size that it copies, -1 for one that is
 * left. x.view(x.size(0), -1) becomes a Reshape to [0, -1].
 */
function setTarget(edit: GraphEdit, node: Node): void {
  const [data = '', target = ''] = node.input;
  if (node.opType !== 'Reshape' || edit.isConstant(target) || intAttribute(node, 'allowzero', 0) !== 0) return;
  const { dims } = edit.types.typeOf(data);
  const sizes = constantTarget(edit.types.sizesOf(target), dims);
  if (!sizes) return;
  const name = edit.addConstant(int64(sizes), 'shape');
  edit.note(node, `got the constant shape [${sizes}]`);
  edit.redirectInput(node, 1, name);
}

function constantTarget(target: readonly Dim[] | undefined, from: readonly Dim[] | undefined): number[] | undefined {
  if (!target) return undefined;
  const isCopied = (dim: Dim, axis: number): boolean => typeof dim === 'string' && from?.[axis] === dim;
  const open = target.filter((dim, axis) => typeof dim !== 'number' && !isCopied(dim, axis));
  // Only one size can be left to the runtime, and one that is unknown may be a 0 or a -1 itself.
  if (open.length + target.filter((dim) => dim === -1).length > 1 || open.includes(undefined)) return undefined;
  return target.map((dim, axis) => (typeof dim === 'number' ? dim : isCopied(dim, axis) ? 0 : -1));
}
