import { convLstmCell } from './conv-lstm-cell.ts';
import { gruCell } from './gru-cell.ts';
import { lstmCell } from './lstm-cell.ts';
import type { CellCall, CellExporter, RecurrentCell } from './recurrent-cell.ts';
import { simpleRnnCell } from './simple-rnn-cell.ts';
import { stackedCells } from './stacked-cells.ts';

/** Cells by what `getClassName()` of their layers returns. */
const CELLS: Readonly<Record<string, CellExporter>> = {
  SimpleRNNCell: simpleRnnCell,
  GRUCell: gruCell,
  LSTMCell: lstmCell,
  ConvLSTM2DCell: convLstmCell,
  StackedRNNCells: stackedCells(recurrentCell),
};

/** @throws RequestError INVALID_INPUT for an unknown cell */
export function recurrentCell(call: CellCall): RecurrentCell {
  const exporter = CELLS[call.cell.getClassName()];
  if (exporter === undefined) throw call.context.refusal(call.cell, 'no form in ONNX is known for this cell');
  return exporter(call);
}
