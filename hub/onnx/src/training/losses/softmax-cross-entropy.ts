import { ModelError, UsageError } from '../../errors.ts';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import { DATA_TYPE } from '../../tensor/element-type.ts';
import { float32, int64, scalar } from '../../tensor/tensor.ts';
import { addRowWeights, type LossContext, type LossRule, MIN_TOTAL_WEIGHT } from './loss-rule.ts';

/**
 * Weighted mean over rows of -log softmax(logits)[label].
 *
 * Gradient: (softmax - onehot) w / sum(w), which needs no pass through Softmax and Log.
 */
export const addSoftmaxCrossEntropy: LossRule = (context) => {
  const { graph, options, output } = context;
  checkClasses(context);
  const logits = options.output;
  const labels = graph.freshInput('labels', 'int64', [output.dims?.[0]]);
  const rowWeights = addRowWeights(context);
  const logShare = graph.node('LogSoftmax', [logits], { axis: -1 });
  const target = graph.node('OneHot', [labels, classCount(context), graph.constant(float32([0, 1]))], { axis: -1 });
  const last = graph.constant(int64([-1]));
  const picked = graph.node('ReduceSum', [graph.node('Mul', [target, logShare]), last], { keepdims: 0 });
  const rowLoss = graph.node('Neg', [picked]);
  const error = graph.node('Sub', [graph.node('Exp', [logShare]), target]);
  const weights = weightPerRow(context, labels, rowWeights);
  if (weights === undefined) {
    const rows = graph.node('Cast', [graph.node('Size', [labels])], { to: DATA_TYPE.float32 });
    return {
      ...{ labels, rowWeights },
      loss: graph.node('Div', [sum(graph, rowLoss), rows]),
      gradient: graph.node('Div', [error, rows]),
    };
  }
  const total = graph.node('Max', [sum(graph, weights), graph.constant(scalar(MIN_TOTAL_WEIGHT))]);
  const share = graph.node('Div', [weights, total]);
  return {
    ...{ labels, rowWeights },
    loss: sum(graph, graph.node('Mul', [rowLoss, share])),
    gradient: graph.node('Mul', [error, graph.node('Unsqueeze', [share, last])]),
  };
};

function weightPerRow({ graph, options }: LossContext, labels: string, rowWeights?: string): string | undefined {
  if (!options.classWeights) return rowWeights;
  const perClass = graph.constant(float32(options.classWeights), 'class_weights');
  const byLabel = graph.node('Gather', [perClass, labels]);
  return rowWeights === undefined ? byLabel : graph.node('Mul', [byLabel, rowWeights]);
}

function sum(graph: GraphBuilder, value: string): string {
  return graph.node('ReduceSum', [value], { keepdims: 0 });
}

function classCount({ graph, options, output }: LossContext): string {
  const classes = output.dims?.[1];
  if (typeof classes === 'number') return graph.constant(int64([classes]));
  return graph.node('Gather', [graph.node('Shape', [options.output]), graph.constant(int64([1]))]);
}

function checkClasses({ options, output }: LossContext): void {
  const { dims } = output;
  if (dims && dims.length !== 2) {
    const message = `Logits ${options.output} must have rank 2, got [${dims}]`;
    throw new ModelError('SHAPE_MISMATCH', message, { place: { value: options.output } });
  }
  const [classes, weights] = [dims?.[1], options.classWeights?.length];
  if (typeof classes === 'number' && weights !== undefined && weights !== classes) {
    throw new UsageError('ARGUMENT_INVALID', `classWeights must have ${classes} entries, got ${weights}`);
  }
}
