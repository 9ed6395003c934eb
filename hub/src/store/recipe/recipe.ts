import { z } from 'zod';
import { checkFamily } from './check-family.ts';
import { familyFields, withFamilyDefaults } from './family-fields.ts';
import { BaseSchema, checkFineTuning, ModelInputSchema, TrainableSchema } from './fine-tuning.ts';
import { checkGateRules, GateRulesSchema } from './gate-rules.ts';
import { checkOptimization, LossSchema, OptimizerSchema, ScheduleSchema } from './optimization.ts';
import { PreprocessingSchema } from './preprocessing.ts';
import { WindowRecipeSchema } from './window.ts';

const share: z.ZodNumber = z.number().min(0).max(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hex digits');

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
  /** Largest loss of held-out accuracy, ROC-AUC or R2; 0.005 is half a point. */
  maxAccuracyDrop: share.default(0.005),
  /** Largest loss as a share of what the float form has. */
  maxRelativeDrop: share.default(0.01),
  /** Largest file, as a share of the float form's. A form that is not smaller is never accepted. @default below 1 */
  maxSizeShare: share.optional(),
  /** Largest time of a row, as a share of the float form's on the machine that measures. */
  maxLatencyShare: z.number().positive().max(100).default(1),
});
export type QuantizationGoals = z.infer<typeof QuantizationGoalsSchema>;

export const ImageShapeSchema = z.strictObject({
  height: z.int().min(1).max(4096),
  width: z.int().min(1).max(4096),
  channels: z.int().min(1).max(16).default(1),
});
/** How the feature columns form an image: row by row, each pixel's channels together. */
export type ImageShape = z.infer<typeof ImageShapeSchema>;

const FoldsSchema = z
  .int()
  .min(0)
  .max(50)
  .refine((folds) => folds !== 1, 'must be 0 for none, or at least 2');

/** Everything that determines a run besides its data and its seed. */
export const RecipeFields = z.strictObject({
  ...familyFields,
  from: BaseSchema.optional(),
  trainable: TrainableSchema.optional(),
  input: ModelInputSchema.optional(),
  /** Of family layers: a network of Keras or TensorFlow.js by the digests of its files. */
  layers: z.strictObject({ model: digest, weights: digest.optional() }).optional(),
  /** Columns to learn from. @default every column that something can be learned from, but the target */
  features: z.array(z.string().min(1)).min(1).optional(),
  /** How columns are prepared for the network; part of the model. */
  preprocessing: PreprocessingSchema.prefault({}),
  /** The feature columns are the pixels of an image. */
  image: ImageShapeSchema.optional(),
  /** Rows that follow each other are read together. */
  window: WindowRecipeSchema.optional(),
  /** Of task anomaly. */
  anomaly: z
    .strictObject({
      /** Classes of the target that are normal. @default the most frequent one; without a target all rows are */
      normal: z.array(z.string()).min(1).optional(),
      /** Share of the normal validation rows that the threshold lets pass. */
      quantile: share.default(0.99),
    })
    .prefault({}),
  /** How images of families cnn and mobile-cnn are changed at random in every epoch. */
  augmentation: z.strictObject({ shiftPixels: z.int().min(0).max(64).default(0) }).prefault({}),
  /** What computes the training: ONNX Runtime, or TensorFlow.js. */
  engine: z.enum(['ort', 'tfjs']).default('ort'),
  /** 'auto': tfjs-node with a graphics card, else without. 'cpu': plain JavaScript, for small work. */
  tfjsBackend: z.enum(['auto', 'cpu']).default('auto'),
  optimizer: OptimizerSchema.default({ kind: 'adamw' }),
  /** By default it falls to nothing over the epochs along a cosine. */
  schedule: ScheduleSchema.prefault({ kind: 'cosine' }),
  /** Share of each weight taken off per step and unit of learning rate; except with adamw, a penalty on the loss. */
  weightDecay: z.number().min(0).max(1).default(0),
  /** Largest norm of all gradients together. @default no limit */
  gradientClipping: z.number().positive().optional(),
  /** The model gets moving averages of the weights, of which a step keeps this share: 0.999. @default no averages */
  averageDecay: share.lt(1).optional(),
  loss: LossSchema,
  /** 'balanced' weighs each class by the inverse of its share. */
  classWeights: z.enum(['none', 'balanced']).default('none'),
  /** 'balanced' deals every class equally often, rare rows again and again. */
  sampling: z.enum(['shuffled', 'balanced']).default('shuffled'),
  /** Steps between two checkpoints. @default as many as make them cost next to nothing */
  checkpointSteps: z.int().min(1).optional(),
  /** @default the run's own */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  split: SplitSchema.default(DEFAULT_SPLIT),
  /** `folds`: as many models more, each judged by rows that the others learned from; 0 for none. */
  evaluation: z.strictObject({ folds: FoldsSchema.default(0) }).prefault({}),
  quantization: QuantizationGoalsSchema.prefault({}),
  gate: GateRulesSchema.prefault({}),
});

/** What fields allow one by one, and makes no sense together. */
const CheckedFields = RecipeFields.superRefine(({ features, image, ...fields }, context) => {
  const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  checkFineTuning(fields.family, fields, fault);
  checkOptimization(fields, fault);
  checkGateRules(fields.task, fields.gate, fault);
  checkFamily({ ...fields, image }, fault);
  const twice = features?.find((name, at) => features.indexOf(name) !== at);
  if (twice !== undefined) fault('features', `each column must be named once, got ${JSON.stringify(twice)} twice`);
  if (!image || !features) return;
  const pixels = image.height * image.width * image.channels;
  if (features.length === pixels) return;
  fault('features', `expected ${pixels} columns, one per pixel and channel, got ${features.length}`);
});

/** Checks a recipe and fills in what it leaves out, by family. */
export const RecipeSchema: z.ZodType<Recipe, RecipeInput> = z.preprocess(
  withFamilyDefaults,
  CheckedFields,
) as unknown as z.ZodType<Recipe, RecipeInput>;
export type Recipe = z.infer<typeof CheckedFields>;

/** A recipe as users write it: everything has a default. */
export type RecipeInput = Partial<z.input<typeof CheckedFields>>;
