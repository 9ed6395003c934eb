import { z } from 'zod';

const share = z.number().min(0).lt(1);
const epsilon = z.number().positive().max(1).exactOptional();
const moments = { beta1: share.exactOptional(), beta2: share.exactOptional(), epsilon };

/** How weights follow from gradients; what is left out gets the default of `@edgeloop/onnx`. */
export const OptimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd'), momentum: share.exactOptional(), nesterov: z.boolean().exactOptional() }),
  z.strictObject({
    kind: z.literal('rmsprop'),
    alpha: share.exactOptional(),
    epsilon,
    momentum: share.exactOptional(),
  }),
  z.strictObject({ kind: z.literal('adam'), ...moments }),
  z.strictObject({ kind: z.literal('adamw'), ...moments }),
]);
export type OptimizerRecipe = z.infer<typeof OptimizerSchema>;

/** Epochs, parts of one too, in which the learning rate rises in a straight line. */
const warmUpEpochs = z.number().min(0).max(10_000).default(0);

/** How the learning rate changes from epoch to epoch, as a share of `learningRate`. */
export const ScheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmUpEpochs }),
  z.strictObject({
    kind: z.literal('step'),
    everyEpochs: z.number().positive().max(10_000),
    /** What the rate is multiplied with each time. */
    factor: z.number().positive().max(1).default(0.1),
    warmUpEpochs,
  }),
  z.strictObject({
    kind: z.literal('cosine'),
    /** Share that is left in the last epoch. */
    finalShare: z.number().min(0).max(1).default(0),
    warmUpEpochs,
  }),
  z.strictObject({
    kind: z.literal('plateau'),
    factor: z.number().positive().lt(1).default(0.5),
    /** Epochs without a lower validation loss that are waited for. */
    patience: z.int().min(0).max(10_000).default(3),
    /** Share of the lowest loss by which a lower one must be lower. */
    threshold: z.number().min(0).max(1).default(1e-4),
    /** The rate falls no further than this share. */
    leastShare: z.number().min(0).max(1).default(0),
    warmUpEpochs,
  }),
]);
export type ScheduleRecipe = z.infer<typeof ScheduleSchema>;

export const LossSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cross-entropy'),
    /** Share of the truth that is spread over all classes. */
    labelSmoothing: share.default(0),
  }),
  z.strictObject({
    kind: z.literal('focal'),
    /** How much less a row counts the surer the model is of it; 0 is cross-entropy. */
    gamma: z.number().min(0).max(10).default(2),
  }),
  z.strictObject({ kind: z.literal('mean-squared-error') }),
  z.strictObject({ kind: z.literal('mean-absolute-error') }),
  z.strictObject({
    kind: z.literal('huber'),
    /** Error, in deviations of the target, from which on it counts as it is instead of squared. */
    delta: z.number().positive().default(1),
  }),
]);
export type LossRecipe = z.infer<typeof LossSchema>;

/** What is made small unless the recipe says otherwise. */
export const DEFAULT_LOSSES: Readonly<Record<'classification' | 'regression' | 'anomaly', { readonly kind: string }>> =
  {
    classification: { kind: 'cross-entropy' },
    regression: { kind: 'mean-squared-error' },
    anomaly: { kind: 'mean-squared-error' },
  };

interface Optimization {
  readonly optimizer: OptimizerRecipe;
  readonly classWeights: string;
  readonly sampling: string;
}

/** What the fields allow one by one, and makes no sense together. */
export function checkOptimization(
  { optimizer, classWeights, sampling }: Optimization,
  fault: (path: string, message: string) => void,
): void {
  if (sampling === 'balanced' && classWeights === 'balanced') {
    fault('sampling', 'sampling and classWeights both balance the classes; one of them is enough');
  }
  if (optimizer.kind === 'sgd' && optimizer.nesterov && !optimizer.momentum) {
    fault('optimizer', 'nesterov wants a momentum above 0, got none');
  }
}
