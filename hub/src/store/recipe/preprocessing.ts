import { z } from 'zod';
import type { InputKind } from '../model-rows.ts';

const share: z.ZodNumber = z.number().min(0).max(1);

const ClipSchema = z
  .strictObject({
    low: z.number().exactOptional(),
    high: z.number().exactOptional(),
    /** Quantiles are those of the training rows, 0 to 1. */
    of: z.enum(['values', 'quantiles']).default('values'),
  })
  .superRefine(({ low, high, of }, context) => {
    const fault = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (low !== undefined && high !== undefined && low > high) fault('high', `must be at least ${low}, got ${high}`);
    if (of === 'values') return;
    for (const [name, value] of Object.entries({ low, high })) {
      if (value !== undefined && !share.safeParse(value).success) fault(name, `must be between 0 and 1, got ${value}`);
    }
  });

const numberFields = {
  /** What stands in for a missing value: a figure of the training rows, or `value`. */
  impute: z.enum(['mean', 'median', 'constant']),
  /** What `impute: constant` puts in. */
  value: z.number(),
  /** Another input of the network that is 1 where the value is missing; 'auto' where training rows lack some. */
  indicator: z.union([z.boolean(), z.literal('auto')]),
  /** 'robust': median and quantiles, and the inverse sine of that. 'min-max': from 0 to 1. */
  scale: z.enum(['standard', 'min-max', 'robust', 'none']),
  /** Values outside are brought to the nearest inside. @default all are left as they are */
  clip: ClipSchema,
};

const categoryFields = {
  /** 'codes' are for embeddings, 'one-hot' gives each level an input. @default what the family reads */
  coding: z.enum(['codes', 'one-hot']),
  /** Levels that are rarer in the training rows count as unknown. */
  minCount: z.int().min(1),
  /** Most levels to tell apart, the most frequent ones. */
  maxLevels: z.int().min(1).max(1_000_000),
};

export const DATE_PARTS = ['year', 'month', 'day-of-month', 'day-of-week', 'hour'] as const;
export type DatePart = (typeof DATE_PARTS)[number];

const timeFields = {
  /** The year counts as a trend; of what comes round, the sine and cosine. All in UTC. */
  parts: z.array(z.enum(DATE_PARTS)).min(1),
  indicator: numberFields.indicator,
};

const textFields = {
  /** 'words' of a vocabulary, or hashed 'ngrams' of words. @default what the family reads */
  tokens: z.enum(['words', 'ngrams']),
  lowercase: z.boolean(),
  /** 'words': runs of letters and digits, and of other signs. 'spaces': what stands between blanks. */
  split: z.enum(['words', 'spaces']),
  /** Most words to tell apart. */
  vocabulary: z.int().min(1).max(1_000_000),
  /** Words that are rarer in the training rows count as unknown. */
  minCount: z.int().min(1),
  /** Tokens read of a text, from its beginning. @default 400 words; 2,000 n-grams, which are fewer words */
  length: z.int().min(1).max(65_536),
  /** Longest n-gram, in words. */
  ngrams: z.int().min(1).max(4),
  /** Different n-grams told apart; those with the same hash count as one. */
  buckets: z
    .int()
    .min(2)
    .max(2 ** 24),
};

const imageFields = {
  /** Size that images are brought to. @default their own, the longer side at most 96 */
  height: z.int().min(1).max(4_096),
  width: z.int().min(1).max(4_096),
  /** 'standard': mean and deviation of each channel in the training rows. 'unit': from 0 to 1. */
  pixels: z.enum(['standard', 'unit']),
};

const NumberSettingsSchema = z.strictObject({
  impute: numberFields.impute.default('median'),
  value: numberFields.value.default(0),
  indicator: numberFields.indicator.default('auto'),
  scale: numberFields.scale.default('robust'),
  clip: numberFields.clip.optional(),
});
/** Also of windows, whose channels are prepared like columns, without indicators. */
export type NumberSettings = z.infer<typeof NumberSettingsSchema>;

const CategorySettingsSchema = z.strictObject({
  coding: categoryFields.coding.optional(),
  minCount: categoryFields.minCount.default(1),
  maxLevels: categoryFields.maxLevels.default(1_000),
});
export type CategorySettings = z.infer<typeof CategorySettingsSchema>;

const TimeSettingsSchema = z.strictObject({
  parts: timeFields.parts.default(['year', 'month', 'day-of-week', 'hour']),
  indicator: timeFields.indicator.default('auto'),
});
export type TimeSettings = z.infer<typeof TimeSettingsSchema>;

const TextSettingsSchema = z.strictObject({
  tokens: textFields.tokens.optional(),
  lowercase: textFields.lowercase.default(true),
  split: textFields.split.default('words'),
  vocabulary: textFields.vocabulary.default(20_000),
  minCount: textFields.minCount.default(2),
  length: textFields.length.optional(),
  ngrams: textFields.ngrams.default(2),
  buckets: textFields.buckets.default(2 ** 16),
});
export type TextSettings = z.infer<typeof TextSettingsSchema>;

const ImageSettingsSchema = z.strictObject({
  height: imageFields.height.optional(),
  width: imageFields.width.optional(),
  pixels: imageFields.pixels.default('standard'),
});
export type ImageSettings = z.infer<typeof ImageSettingsSchema>;

const ColumnSettingsSchema = z
  .strictObject({
    /** What the column is read as. @default what the data set says of it */
    kind: z.enum(['numbers', 'categories', 'times', 'text']),
    ...numberFields,
    ...categoryFields,
    ...timeFields,
    ...textFields,
    ...imageFields,
  })
  .partial();
export type ColumnSettings = z.infer<typeof ColumnSettingsSchema>;

/** How columns are prepared for a network: by kind, and column by column where one wants something else. */
export const PreprocessingSchema = z.strictObject({
  numbers: NumberSettingsSchema.prefault({}),
  categories: CategorySettingsSchema.prefault({}),
  times: TimeSettingsSchema.prefault({}),
  text: TextSettingsSchema.prefault({}),
  image: ImageSettingsSchema.prefault({}),
  columns: z.record(z.string().min(1), ColumnSettingsSchema).default({}),
});
export type Preprocessing = z.infer<typeof PreprocessingSchema>;

/** Preprocessing as users write it: everything has a default. */
export type PreprocessingInput = z.input<typeof PreprocessingSchema>;

/** Settings that a column of a kind takes. */
export const SETTINGS_OF_KIND: Readonly<Record<InputKind, readonly string[]>> = {
  numbers: Object.keys(numberFields),
  categories: Object.keys(categoryFields),
  times: Object.keys(timeFields),
  text: Object.keys(textFields),
  image: Object.keys(imageFields),
  window: Object.keys(numberFields).filter((name) => name !== 'indicator'),
};
