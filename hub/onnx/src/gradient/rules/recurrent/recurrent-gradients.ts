import type { GradientRule } from '../../rule-context.ts';
import { LSTM_CELL } from './lstm.ts';
import { recurrentGradient } from './recurrent-gradient.ts';

/** Gradients of the operators of recurrent layers. */
export const RECURRENT_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  LSTM: recurrentGradient(LSTM_CELL),
};
