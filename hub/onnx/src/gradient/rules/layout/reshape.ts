import type { GradientRule } from '../../rule-context.ts';

/** The gradient of every operator that keeps the values and their order: Reshape, Flatten, Squeeze, Unsqueeze. */
export const reshapeGradient: GradientRule = (context) => [
  () => context.op('Reshape', [context.gradient(), context.shapeOf(0)]),
  undefined,
];
