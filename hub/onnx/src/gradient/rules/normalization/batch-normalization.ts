import { intAttribute } from '../../../format/attributes.ts';
import { once } from '../../once.ts';
import type { GradientRule } from '../../rule-context.ts';
import { BatchChannels } from './batch-channels.ts';

/** y = scale (x - mean) / sqrt(variance + epsilon) + bias, per channel. ONNX BatchNormalization-15 */
export const batchNormalizationGradient: GradientRule = (context) => {
  const isTraining = intAttribute(context.node, 'training_mode', 0) === 1;
  const extra = context.node.output.slice(1).some((output) => output !== '');
  if (extra && !isTraining) throw context.refusal('training_mode 1 where it gives statistics');
  if ([1, 2].some((index) => context.gradientOf(index) !== undefined)) {
    throw context.refusal('running statistics that no loss depends on');
  }
  return isTraining ? byBatch(context) : byFixedStatistics(context);
};

/**
 * The mean and variance of the batch depend on x too:
 * dx = scale / deviation (dy - mean(dy) - x' mean(dy x') / deviation^2) with x' = x - mean.
 *
 * Mean and variance are computed again, since the node gives neither. A second BatchNormalization in training mode would
 * do so in one pass, but ONNX Runtime writes its running statistics over the inputs they start from, constants included.
 */
const byBatch: GradientRule = (context) => {
  const channels = new BatchChannels(context);
  const x = context.input(0);
  const centered = once(() => context.op('Sub', [x, channels.spread(channels.perEntry(channels.sum(x)))]));
  const variance = once(() => channels.perEntry(channels.sum(context.op('Mul', [centered(), centered()]))));
  const inverse = once(() => channels.inverseDeviation(variance()));
  const biasGradient = once(() => channels.sum(context.gradient()));
  const scaleGradient = once(() => {
    return context.op('Mul', [channels.sum(context.op('Mul', [context.gradient(), centered()])), inverse()]);
  });
  const inputGradient = (): string => {
    const slope = channels.perEntry(context.op('Mul', [scaleGradient(), inverse()]));
    const along = context.op('Mul', [centered(), channels.spread(slope)]);
    const rest = context.op('Sub', [context.gradient(), along]);
    const mean = channels.perEntry(biasGradient());
    return channels.normalized(rest, { mean, variance: variance(), scale: context.input(1) });
  };
  return [inputGradient, scaleGradient, biasGradient, undefined, undefined];
};

/** dx = dy scale / deviation. The statistics are values like any other, so they have gradients too. */
const byFixedStatistics: GradientRule = (context) => {
  const channels = new BatchChannels(context);
  const [scale, mean, variance] = [context.input(1), context.input(3), context.input(4)];
  const biasGradient = once(() => channels.sum(context.gradient()));
  const scaleGradient = once(() => {
    const standard = channels.normalized(context.input(0), { mean, variance });
    return channels.sum(context.op('Mul', [context.gradient(), standard]));
  });
  const factor = once(() => context.op('Mul', [scale, channels.inverseDeviation(variance)]));
  return [
    () => channels.normalized(context.gradient(), { variance, scale }),
    scaleGradient,
    biasGradient,
    () => context.op('Neg', [context.op('Mul', [factor(), biasGradient()])]),
    () => {
      const slope = context.op('Mul', [factor(), channels.inverseDeviation(variance)]);
      return context.op('Mul', [context.op('Mul', [slope, scaleGradient()]), context.scalar(-0.5)]);
    },
  ];
};
