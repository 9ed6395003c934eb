import type { LayerExporters } from '../layer-exporter.ts';
import { bidirectionalLayer } from './bidirectional.ts';
import { maskingLayer } from './masking.ts';
import { recurrentLayer } from './recurrent-layer.ts';
import { timeDistributedLayer } from './time-distributed.ts';

/** Recurrent layers, their wrappers and masks. */
export const RECURRENT_LAYERS: LayerExporters = {
  Masking: maskingLayer,
  SimpleRNN: recurrentLayer,
  GRU: recurrentLayer,
  LSTM: recurrentLayer,
  RNN: recurrentLayer,
  ConvLSTM2D: recurrentLayer,
  Bidirectional: bidirectionalLayer,
  TimeDistributed: timeDistributedLayer,
};
