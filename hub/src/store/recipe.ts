import { z } from 'zod';
import { BaseSchema, checkFineTuning, ModelInputSchema, TrainableSchema } from './fine-tuning.ts';
import { checkOptimization, LossSchema, OptimizerSchema, ScheduleSchema } from './optimization.ts';

const share: z.ZodNumber = z.number().min(0).max(1);

export const SplitSchema = z
  .strictObject({ train: share, validation: share, test: share })
  .refine(({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-9 && train > 0, {
    message: 'train, validation and test must add up to 1, and train must be above 0',
  });
/** Shares of the rows to train on, to stop by, and to report on. */
export type SplitShares = z.infer<typeof SplitSchema>;

export const DEFAULT_SPLIT: SplitShares = { train: 0.7, validation: 0.15, test: 0.15 };

/** What a smaller form of a model must keep up with to be accepted. */
export const QuantizationGoalsSchema = z.strictObject({
  /** Largest loss of held-out accuracy; 0.005 is half a point. */
  maxAccuracyDrop: share.default(0.005),
  /** Largest loss as a share of the float accuracy. */
  maxRelativeDrop: share.default(0.01),
});
export type QuantizationGoals = z.infer<typeof QuantizationGoalsSchema>;

export const ImageShapeSchema = z.strictObject({
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
  channels: z.int().min(1).max(16).default(1),
});
/** How the feature columns form an image: row by row, each pixel's channels together. */
export type ImageShape = z.infer<typeof ImageShapeSchema>;

/** Everything that determines a run besides its data and its seed. */
const RecipeFields = z.strictObject({
  /** 'cnn' wants `image`, 'fine-tune' wants `from`. */
  family: z.enum(['mlp', 'cnn', 'fine-tune']).default('mlp'),
  from: BaseSchema.optional(),
  trainable: TrainableSchema.optional(),
  input: ModelInputSchema.optional(),
  /** The feature columns are the pixels of an image. */
  image: ImageShapeSchema.optional(),
  /** Filters of each convolution of family cnn. */
  filters: z.array(z.int().min(1).max(1024)).min(1).max(6).default([16, 32]),
  /** How images of family cnn are changed at random in every epoch. */
  augmentation: z.strictObject({ shiftPixels: z.int().min(0).max(64).default(0) }).prefault({}),
  /** Columns to learn from. @default every number column but the label */
  features: z.array(z.string().min(1)).min(1).optional(),
  /** Units of each hidden layer. */
  hidden: z.array(z.int().min(1).max(4096)).min(1).max(8).default([64, 32]),
  /** Share of the units behind each hidden layer that a step leaves out. @default 0.25 for family cnn, else 0 */
  dropout: share.lt(1).optional(),
  epochs: z.int().min(1).max(10_000).default(60),
  batchSize: z.int().min(1).max(65_536).default(128),
  optimizer: OptimizerSchema.default({ kind: 'adamw' }),
  /** The highest; `schedule` says how it changes. */
  learningRate: z.number().positive().max(1).default(0.004),
  /** By default it falls to nothing over the epochs along a cosine. */
  schedule: ScheduleSchema.prefault({ kind: 'cosine' }),
  /** Share of each weight taken off per step and unit of learning rate; except with adamw, a penalty on the loss. */
  weightDecay: z.number().min(0).max(1).default(0),
  /** Largest norm of all gradients together. @default no limit */
  gradientClipping: z.number().positive().optional(),
  /** The model gets moving averages of the weights, of which a step keeps this share: 0.999. @default no averages */
  averageDecay: share.lt(1).optional(),
  loss: LossSchema.prefault({ kind: 'cross-entropy' }),
  /** 'balanced' weighs each class by the inverse of its share. */
  classWeights: z.enum(['none', 'balanced']).default('none'),
  /** 'balanced' deals every class equally often, rare rows again and again. */
  sampling: z.enum(['shuffled', 'balanced']).default('shuffled'),
  /** Steps between two checkpoints. @default as many as make them cost next to nothing */
  checkpointSteps: z.int().min(1).optional(),
  /** @default the run's own */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  split: SplitSchema.default(DEFAULT_SPLIT),
  /** Epochs without a better validation loss before training stops. */
  patience: z.int().min(1).max(10_000).default(20),
  quantization: QuantizationGoalsSchema.prefault({}),
  gate: z.strictObject({ minAccuracy: share.optional() }).prefault({}),
});

export const RecipeSchema = RecipeFields.superRefine(({ family, image, filters, features, ...others }, context) => {
  const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  checkFineTuning(family, others, fault);
  checkOptimization(others, fault);
  const twice = features?.find((name, at) => features.indexOf(name) !== at);
  if (twice !== undefined) fault('features', `each column must be named once, got ${JSON.stringify(twice)} twice`);
  if (family === 'mlp' && image) fault('image', 'families cnn and fine-tune read images, got family mlp');
  if (family === 'cnn' && !image) fault('image', 'family cnn wants height, width and channels of the images');
  if (family !== 'cnn' && others.augmentation.shiftPixels > 0) fault('augmentation', 'only family cnn shifts images');
  if (family === 'mlp' || !image) return;
  const pixels = image.height * image.width * image.channels;
  if (features && features.length !== pixels) {
    fault('features', `expected ${pixels} columns, one per pixel and channel, got ${features.length}`);
  }
  if (family === 'cnn' && Math.min(image.height, image.width) < 2 ** filters.length) {
    fault('filters', `each one halves the image: ${image.height} x ${image.width} allows fewer than ${filters.length}`);
  }
});
export type Recipe = z.infer<typeof RecipeSchema>;

/** A recipe as users write it: everything has a default. */
export type RecipeInput = z.input<typeof RecipeSchema>;
