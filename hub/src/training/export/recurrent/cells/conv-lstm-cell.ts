import { range } from '../../layer-value.ts';
import { type Windows, windowAttributes } from '../../window-attributes.ts';
import { splitGates } from '../step-nodes.ts';
import { cellConfig, drops, type GatedConfig } from './cell-config.ts';
import { withActivation } from './cell-parts.ts';
import { lstmStates } from './lstm-states.ts';
import type { CellCall, CellExporter } from './recurrent-cell.ts';

interface ConvolutionConfig extends GatedConfig {
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: string;
  readonly dataFormat: string;
  readonly dilationRate: readonly number[];
}

/** [height, width, in, out] -> [out, in, height, width] */
const KERNEL = { permutation: [3, 2, 0, 1] };

/** An LSTM cell whose products are convolutions; its states are images. */
export const convLstmCell: CellExporter = (call) => {
  const { cell, context } = call;
  const config = checkedConfig(call);
  const { filters, kernelSize: kernel, activation, recurrentActivation } = config;
  const isChannelFirst = config.dataFormat === 'channelsFirst';
  const windows = windowsOf(call, config, isChannelFirst);
  const state = [filters, ...outputSizes(call, windows)];
  const lastDimension = isChannelFirst ? 3 : 1;
  return {
    stateSizes: [state, state],
    stateAxes: isChannelFirst ? [1, 2, 3] : [3, 1, 2],
    read: (_, input) => [input],
    step: (nodes, [input], [hidden, carried = '']) => {
      const bias = context.hasWeight(cell, 'bias') ? context.weight(cell, 'bias') : undefined;
      const own = nodes.node('Conv', [input, context.weight(cell, 'kernel', KERNEL), bias], windowAttributes(windows));
      const within = windowAttributes({ sizes: state.slice(1), kernel, strides: [1, 1], padding: 'same' });
      const fromState = nodes.node('Conv', [hidden, context.weight(cell, 'recurrent_kernel', KERNEL)], within);
      const gates = splitGates(nodes, nodes.node('Add', [own, fromState]), 4, filters);
      return lstmStates(gates, carried, nodes, {
        gate: (value) => withActivation(call, nodes, value, recurrentActivation, lastDimension),
        squash: (value) => withActivation(call, nodes, value, activation, lastDimension),
      });
    },
  };
};

function checkedConfig(call: CellCall): ConvolutionConfig {
  const config = cellConfig<ConvolutionConfig>(call);
  if (call.context.purpose === 'training' && drops(config.dropout)) {
    throw call.context.refusal(call.cell, `dropout must be 0 in training, got ${config.dropout}`);
  }
  return config;
}

function windowsOf({ inputShape }: CellCall, config: ConvolutionConfig, isChannelFirst: boolean): Windows {
  const { kernelSize, strides, dilationRate, padding } = config;
  const sizes = isChannelFirst ? inputShape.slice(2) : inputShape.slice(1, 3);
  return { sizes, kernel: kernelSize, strides, dilations: dilationRate, padding };
}

function outputSizes({ cell, context }: CellCall, { sizes, kernel, strides, dilations, padding }: Windows): number[] {
  return range(kernel.length).map((at) => {
    const size = sizes[at] ?? null;
    if (size === null) throw context.refusal(cell, 'the size of its images must be known, got an open one');
    const reach = padding === 'same' ? 1 : ((kernel[at] ?? 1) - 1) * (dilations?.[at] ?? 1) + 1;
    return Math.floor((size - reach) / (strides[at] ?? 1)) + 1;
  });
}
