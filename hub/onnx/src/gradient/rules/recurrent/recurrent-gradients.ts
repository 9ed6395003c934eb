import type { GradientRule } from '../../rule-context.ts';
import { GRU_CELL } from './gru.ts';
import { LSTM_CELL } from './lstm.ts';
import { recurrentGradient } from './recurrent-gradient.ts';
import { RNN_CELL } from './rnn.ts';

/** Gradients of the operators of recurrent layers. */
export const RECURRENT_GRADIENTS: Readonly<Record<string, GradientRule>> = {
  GRU: recurrentGradient(GRU_CELL),
  LSTM: recurrentGradient(LSTM_CELL),
  RNN: recurrentGradient(RNN_CELL),
};
