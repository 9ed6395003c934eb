import { int64 } from '../../../tensor/tensor.ts';
import { inputLength, knownProduct, lengthVector } from '../../lengths.ts';
import { once } from '../../once.ts';
import type { GradientRule } from '../../rule-context.ts';
import { StandardRows } from './standard-rows.ts';

/**
 * Each channel of each instance is a row with mean 0 and deviation 1, times scale plus bias of the channel.
 *
 * @see ONNX InstanceNormalization-6
 */
export const instanceNormalizationGradient: GradientRule = (context) => {
  const { dims } = context.inputType(0);
  if (!dims) throw context.refusal('an input of known rank');
  const rowsOf = (value: string): string => context.op('Flatten', [value], { axis: 2 });
  const rows = new StandardRows(context, () => rowsOf(context.input(0)), knownProduct(dims.slice(2)));
  const gradient = once(() => rowsOf(context.gradient()));
  const plain = once(() => rows.sum(gradient()));
  const along = once(() => rows.sum(context.op('Mul', [gradient(), rows.value])));
  const byChannel = once(() => lengthVector(context, [-1, inputLength(context, 1, 0)]));
  const perChannel = (sums: string): string => {
    const table = context.op('Reshape', [sums, byChannel()]);
    return context.op('ReduceSum', [table, context.constant(int64([0]))], { keepdims: 0 });
  };
  return [
    () => {
      const scaled = context.op('Mul', [context.op('Reshape', [rows.inverse, byChannel()]), context.input(1)]);
      const factor = context.op('Reshape', [scaled, context.constant(int64([-1, 1]))]);
      const result = rows.gradient(gradient(), { plain: plain(), along: along() }, factor);
      return context.op('Reshape', [result, context.shapeOf(0)]);
    },
    () => perChannel(along()),
    () => perChannel(plain()),
  ];
};
