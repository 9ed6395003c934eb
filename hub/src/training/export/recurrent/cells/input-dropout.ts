import { tensor } from '@edgeloop/onnx';
import type { StepNodes } from '../step-nodes.ts';
import { type CellConfig, drops } from './cell-config.ts';
import type { CellCall } from './recurrent-cell.ts';

/** Leaves out entries of a cell's input, the same ones at all steps. */
export type InputDropout = (nodes: StepNodes, input: string) => string;

/** Dropout in front of a cell; nothing at inference. */
export function inputDropout(call: CellCall, { dropout }: CellConfig): InputDropout {
  if (call.context.purpose !== 'training' || !drops(dropout)) return (_, input) => input;
  let mask: string | undefined;
  return (nodes, input) => {
    mask ??= dropoutMask(call, dropout);
    return nodes.node('Mul', [input, mask]);
  };
}

/** [batch, features] */
function dropoutMask({ context, inputShape, batch }: CellCall, rate: number): string {
  const shape = context.node('Concat', [batch(), context.integers([inputShape.at(-1) ?? 1])], { axis: 0 });
  const ones = context.node('Expand', [context.number(1), shape]);
  const isTraining = context.graph.constant(tensor('bool', [], Uint8Array.of(1)));
  return context.node('Dropout', [ones, context.number(rate), isTraining]);
}
