import { addActivation } from '../../activations.ts';
import type { StepNodes } from '../step-nodes.ts';
import type { CellCall } from './recurrent-cell.ts';

/** The input times the kernel, plus the bias where there is one; over one step or all. */
export function projected({ cell, context }: CellCall, nodes: StepNodes, input: string): string {
  const product = nodes.node('MatMul', [input, context.weight(cell, 'kernel')]);
  return context.hasWeight(cell, 'bias') ? nodes.node('Add', [product, context.weight(cell, 'bias')]) : product;
}

/**
 * A value behind an activation.
 *
 * @param lastDimension where the last axis of TensorFlow.js lies
 * @throws RequestError INVALID_INPUT for an unknown activation
 */
export function withActivation(
  { cell, context }: CellCall,
  nodes: StepNodes,
  value: string,
  activation: string,
  lastDimension = 1,
): string {
  const active = addActivation(activation, { value, lastDimension }, nodes);
  if (active === undefined) throw context.refusal(cell, `no activation ${activation} is known`);
  return active;
}

/** share a + (1 - share) b */
export function mixed(nodes: StepNodes, share: string, a: string, b: string): string {
  const rest = nodes.node('Sub', [nodes.number(1), share]);
  return nodes.node('Add', [nodes.node('Mul', [share, a]), nodes.node('Mul', [rest, b])]);
}
