import { cellConfig } from './cell-config.ts';
import { projected, withActivation } from './cell-parts.ts';
import { fusedCell } from './fused-cell.ts';
import { inputDropout } from './input-dropout.ts';
import type { CellExporter } from './recurrent-cell.ts';

/** h = f(x W + b + h' R), with ' for the step before. */
export const simpleRnnCell: CellExporter = (call) => {
  const { cell, context } = call;
  const config = cellConfig(call);
  const { units, activation } = config;
  const dropped = inputDropout(call, config);
  return {
    stateSizes: [[units]],
    stateAxes: [1],
    fused: fusedCell(call, {
      ...{ operator: 'RNN', units, order: [0], activations: [activation], trainable: ['tanh', 'relu'] },
      input: (value) => dropped(context, value),
    }),
    read: (nodes, input) => [projected(call, nodes, dropped(nodes, input))],
    step: (nodes, [own], [hidden]) => {
      const fromState = nodes.node('MatMul', [hidden, context.weight(cell, 'recurrent_kernel')]);
      return [withActivation(call, nodes, nodes.node('Add', [own, fromState]), activation)];
    },
  };
};
