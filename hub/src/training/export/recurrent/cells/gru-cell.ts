import { type StepNodes, splitGates } from '../step-nodes.ts';
import { cellConfig, type GatedConfig } from './cell-config.ts';
import { mixed, projected, withActivation } from './cell-parts.ts';
import { fusedCell } from './fused-cell.ts';
import { inputDropout } from './input-dropout.ts';
import type { CellCall, CellExporter } from './recurrent-cell.ts';

/** h = z h' + (1 - z) n; n = a(x W + b + (r h') R), with ' for the step before: TensorFlow.js always resets before. */
export const gruCell: CellExporter = (call) => {
  const { context } = call;
  const config = cellConfig<GatedConfig>(call);
  const { units, activation, recurrentActivation } = config;
  const dropped = inputDropout(call, config);
  let recurrence: string[] | undefined;
  return {
    stateSizes: [[units]],
    stateAxes: [1],
    fused: fusedCell(call, {
      ...{ operator: 'GRU', units, order: [0, 1, 2] },
      activations: [recurrentActivation, activation],
      trainable: ['sigmoid,tanh'],
      input: (value) => dropped(context, value),
    }),
    read: (nodes, input) => {
      recurrence ??= splitRecurrence(call, units);
      return [projected(call, nodes, dropped(nodes, input))];
    },
    step: (nodes, [own = ''], [hidden = '']) => {
      const [ofGates = '', ofCandidate = ''] = recurrence ?? [];
      const [updateInput, resetInput, candidateInput] = splitGates(nodes, own, 3, units);
      const [updateState, resetState] = splitGates(nodes, nodes.node('MatMul', [hidden, ofGates]), 2, units);
      const gate = (input?: string, state?: string): string =>
        withActivation(call, nodes, sum(nodes, input, state), recurrentActivation);
      const rest = nodes.node('Mul', [gate(resetInput, resetState), hidden]);
      const before = sum(nodes, candidateInput, nodes.node('MatMul', [rest, ofCandidate]));
      const candidate = withActivation(call, nodes, before, activation);
      return [mixed(nodes, gate(updateInput, updateState), hidden, candidate)];
    },
  };
};

/** Recurrent kernels of the two gates, [units, 2 * units], and of the candidate, [units, units]. */
function splitRecurrence({ cell, context }: CellCall, units: number): string[] {
  const kernel = context.weight(cell, 'recurrent_kernel');
  return context.graph.nodeWithOutputs(2, 'Split', [kernel, context.integers([2 * units, units])], { axis: 1 });
}

function sum(nodes: StepNodes, ...values: (string | undefined)[]): string {
  return nodes.node('Add', values);
}
