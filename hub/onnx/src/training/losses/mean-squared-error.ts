import { ModelError, UsageError } from '../../errors.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { int64, scalar } from '../../tensor/tensor.ts';
import { addRowWeights, type LossContext, type LossRule, MIN_TOTAL_WEIGHT } from './loss-rule.ts';

/** Mean over all entries of (output - label)^2, rows weighted where asked for. */
export const addMeanSquaredError: LossRule = (context) => {
  const { graph, options, output } = context;
  if (options.classWeights) {
    throw new UsageError('ARGUMENT_INVALID', 'classWeights must be absent for mean-squared-error, got some');
  }
  if (!output.dims) {
    const message = `Output ${options.output} must have a known rank, got none`;
    throw new ModelError('SHAPE_MISMATCH', message, { place: { value: options.output } });
  }
  const labels = graph.freshInput('labels', 'float32', output.dims);
  const rowWeights = addRowWeights(context);
  const error = graph.node('Sub', [options.output, labels]);
  const share = shareOfEntry(context, rowWeights);
  const weighted = graph.node('Mul', [error, share]);
  const loss = graph.node('ReduceSum', [graph.node('Mul', [weighted, error])], { keepdims: 0 });
  return { loss, gradient: graph.node('Mul', [weighted, graph.constant(scalar(2))]), labels, rowWeights };
};

/** Weight of each entry of the output; all weights of a batch add up to 1. */
function shareOfEntry({ graph, options, output }: LossContext, rowWeights: string | undefined): string {
  const entries = graph.node('Cast', [graph.node('Size', [options.output])], { to: DATA_TYPE.float32 });
  const one = graph.constant(scalar(1));
  if (rowWeights === undefined) return graph.node('Div', [one, entries]);
  const rows = graph.node('Cast', [graph.node('Size', [rowWeights])], { to: DATA_TYPE.float32 });
  const sum = graph.node('ReduceSum', [rowWeights], { keepdims: 0 });
  const total = graph.node('Max', [sum, graph.constant(scalar(MIN_TOTAL_WEIGHT))]);
  const perEntry = graph.node('Div', [graph.node('Div', [rows, entries]), total]);
  const column = graph.constant(int64((output.dims ?? []).map((_, axis) => (axis === 0 ? -1 : 1))));
  return graph.node('Mul', [graph.node('Reshape', [rowWeights, column]), perEntry]);
}
