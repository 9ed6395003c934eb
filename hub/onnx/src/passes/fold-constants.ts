import { canEvaluate, evaluateNode } from '../evaluate/evaluate-node.ts';
import { encodeAttribute } from '../format/attributes.ts';
import type { Node } from '../format/messages.ts';
import { type Model, newNode } from '../format/messages.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type FoldingLimit, isWithin, tensorSize } from './folding-limit.ts';
import type { GraphEdit } from './graph-edit.ts';
import type { PassResult } from './pass.ts';
import { rewriteGraphs } from './rewrite-graphs.ts';

/**
 * Computes nodes whose inputs are constants, where this package can: arithmetic of shapes, cheap operators, moving of
 * entries. `foldWithEngine` computes everything else.
 *
 * Results that are larger than the limit, and larger than what they are made of, are not stored.
 */
export function foldConstants(model: Model, limit: FoldingLimit = {}): PassResult {
  return rewriteGraphs(model, 'fold-constants', (edit) => {
    edit.each((node) => {
      if (node.opType === 'Constant' || !canEvaluate(node)) return;
      const results = evaluated(edit, node, limit);
      if (results) storeResults(edit, node, results);
    });
  });
}

function evaluated(edit: GraphEdit, node: Node, limit: FoldingLimit): readonly Tensor[] | undefined {
  if (!node.input.every((value) => value === '' || edit.isConstant(value))) return undefined;
  const inputs = node.input.map((value) => edit.constant(value));
  const results = evaluateNode(node, inputs, edit.types.contextOf(node).opset);
  const madeOf = inputs.reduce((sum, value) => sum + (value ? tensorSize(value) : 0), 0);
  return results?.every((value) => isWithin(limit, value, madeOf)) ? results : undefined;
}

/** Puts the values of a node's outputs in its place. Outputs of the graph stay values that a node writes. */
export function storeResults(edit: GraphEdit, node: Node, results: readonly Tensor[]): void {
  const kept: Node[] = [];
  for (const [index, name] of node.output.entries()) {
    const value = results[index];
    if (name === '' || !value) continue;
    if (edit.isOutput(name)) kept.push(constantNode(name, value));
    else edit.setConstant(name, value);
  }
  edit.note(node, 'became a constant');
  edit.replace(node, ...kept);
}

function constantNode(name: string, value: Tensor): Node {
  return newNode({ name, opType: 'Constant', output: [name], attribute: [encodeAttribute('value', value)] });
}
