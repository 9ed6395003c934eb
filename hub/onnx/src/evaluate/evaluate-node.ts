import type { Node } from '../format/messages.ts';
import { isStandardDomain } from '../graph/domain.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { CAST_EVALUATORS } from './cast.ts';
import { ELEMENTWISE_EVALUATORS } from './elementwise.ts';
import type { Evaluator } from './evaluation.ts';
import { INDEXING_EVALUATORS } from './indexing.ts';
import { LAYOUT_EVALUATORS } from './layout.ts';
import { MAKING_EVALUATORS } from './making.ts';
import { REDUCTION_EVALUATORS } from './reduction.ts';

const EVALUATORS: ReadonlyMap<string, Evaluator> = new Map(
  Object.entries({
    ...CAST_EVALUATORS,
    ...ELEMENTWISE_EVALUATORS,
    ...INDEXING_EVALUATORS,
    ...LAYOUT_EVALUATORS,
    ...MAKING_EVALUATORS,
    ...REDUCTION_EVALUATORS,
  }),
);

/** Results with more entries are left to the runtime. */
export const DEFAULT_MAX_ENTRIES: number = 2 ** 20;

/** First operator set whose element-by-element operators broadcast as they do today. */
const OLDEST_EVALUATED_OPSET = 7;

/**
 * Outputs of a node for given inputs, `undefined` where this package cannot compute them.
 *
 * A small evaluator for the arithmetic of shapes, cheap operators and moving of entries, not for networks.
 *
 * @param inputs in the node's order; `undefined` for one that it leaves out
 */
export function evaluateNode(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  opset: number,
  maxEntries: number = DEFAULT_MAX_ENTRIES,
): readonly Tensor[] | undefined {
  if (!isStandardDomain(node.domain) || opset < OLDEST_EVALUATED_OPSET) return undefined;
  const evaluator = EVALUATORS.get(node.opType ?? '');
  const isLeftOut = (name: string, index: number): boolean => name === '' || inputs[index] !== undefined;
  if (!evaluator || !node.input.every(isLeftOut)) return undefined;
  return evaluator({ node, inputs, opset, maxEntries });
}

/** Whether there is any chance that `evaluateNode` computes a node of this kind. */
export function canEvaluate(node: Node): boolean {
  return isStandardDomain(node.domain) && EVALUATORS.has(node.opType ?? '');
}
