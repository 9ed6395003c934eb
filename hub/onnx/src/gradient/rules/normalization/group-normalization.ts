import { intAttribute } from '../../../format/attributes.ts';
import { int64 } from '../../../tensor/tensor.ts';
import { knownProduct } from '../../lengths.ts';
import { once } from '../../once.ts';
import type { GradientRule } from '../../rule-context.ts';
import { BatchChannels } from './batch-channels.ts';
import { StandardRows } from './standard-rows.ts';

/** In the first version, scale and bias had an entry per group. */
const ENTRY_PER_CHANNEL_OPSET = 21;

/**
 * Each group of channels of each instance is a row with mean 0 and deviation 1, times scale plus bias of the channel.
 *
 * @see ONNX GroupNormalization-21
 */
export const groupNormalizationGradient: GradientRule = (context) => {
  if (context.opset < ENTRY_PER_CHANNEL_OPSET) {
    throw context.refusal(`an operator set of at least ${ENTRY_PER_CHANNEL_OPSET}, got ${context.opset}`);
  }
  const channels = new BatchChannels(context);
  const groups = intAttribute(context.node, 'num_groups', 1);
  const entries = knownProduct(context.inputType(0).dims?.slice(1) ?? []);
  const grouped = context.constant(int64([0, groups, -1]));
  const rowsOf = (value: string): string => context.op('Reshape', [value, grouped]);
  const shape = once(() => context.shapeOf(0));
  const rows = new StandardRows(context, () => rowsOf(context.input(0)), entries && entries / groups);
  const product = once(() => {
    return context.op('Mul', [context.gradient(), context.op('Reshape', [rows.value, shape()])]);
  });
  const scaled = (value: string): string => rowsOf(context.op('Mul', [value, channels.spread(context.input(1))]));
  return [
    () => {
      const g = scaled(context.gradient());
      const sums = { plain: rows.sum(g), along: rows.sum(scaled(product())) };
      return context.op('Reshape', [rows.gradient(g, sums, rows.inverse), shape()]);
    },
    () => channels.sum(product()),
    () => channels.sum(context.gradient()),
  ];
};
