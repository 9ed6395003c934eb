import type { GradientRule } from '../../rule-context.ts';
import { scanGradient } from './scan-gradient.ts';

/** Gradients of the operators that run a graph several times. */
export const LOOP_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  Scan: scanGradient,
};
