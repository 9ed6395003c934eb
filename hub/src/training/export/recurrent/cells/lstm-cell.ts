import { splitGates } from '../step-nodes.ts';
import { cellConfig, type GatedConfig } from './cell-config.ts';
import { projected, withActivation } from './cell-parts.ts';
import { fusedCell } from './fused-cell.ts';
import { inputDropout } from './input-dropout.ts';
import { lstmStates } from './lstm-states.ts';
import type { CellExporter } from './recurrent-cell.ts';

/** TensorFlow.js has the gates i f c o, ONNX i o f c. */
const GATE_ORDER = [0, 3, 1, 2];

/** c = f c' + i g; h = o a(c), with ' for the step before. */
export const lstmCell: CellExporter = (call) => {
  const { cell, context } = call;
  const config = cellConfig<GatedConfig>(call);
  const { units, activation, recurrentActivation } = config;
  const dropped = inputDropout(call, config);
  return {
    stateSizes: [[units], [units]],
    stateAxes: [1],
    fused: fusedCell(call, {
      ...{ operator: 'LSTM', units, order: GATE_ORDER },
      activations: [recurrentActivation, activation, activation],
      trainable: ['sigmoid,tanh,tanh'],
      input: (value) => dropped(context, value),
    }),
    read: (nodes, input) => [projected(call, nodes, dropped(nodes, input))],
    step: (nodes, [own], [hidden, carried = '']) => {
      const fromState = nodes.node('MatMul', [hidden, context.weight(cell, 'recurrent_kernel')]);
      const gates = splitGates(nodes, nodes.node('Add', [own, fromState]), 4, units);
      return lstmStates(gates, carried, nodes, {
        gate: (value) => withActivation(call, nodes, value, recurrentActivation),
        squash: (value) => withActivation(call, nodes, value, activation),
      });
    },
  };
};
