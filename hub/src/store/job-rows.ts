import { z } from 'zod';
import type { InputKind, ModelInputSpec } from './model-rows.ts';
import { SplitSchema } from './recipe/recipe.ts';

const DIGEST = /^[0-9a-f]{64}$/;

/** SHA-256 of a blob, hex. */
export const DigestSchema = z.string().regex(DIGEST, 'expected 64 lower-case hex digits');

const columnName = z.string().min(1);

/** What a model shall say, and which column knows it. */
export const TargetSpecSchema = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('classification'),
    column: columnName,
    /** In the order of the model; empty: those of the data set, in its order. */
    classes: z.array(z.string()).readonly(),
  }),
  z.strictObject({ task: z.literal('regression'), column: columnName }),
  z.strictObject({
    task: z.literal('anomaly'),
    /** Null: every row is normal. */
    column: columnName.nullable(),
    /** Classes of the column that count as normal; all others are anomalies. */
    normal: z.array(z.string()).readonly(),
  }),
]);
export type TargetSpec = z.infer<typeof TargetSpecSchema>;

/** How rows that follow each other become windows. */
export const WindowSpecSchema = z.strictObject({
  /** Readings of a window. */
  size: z.int().min(1).max(100_000),
  /** Readings from the beginning of one window to that of the next. */
  stride: z.int().min(1).max(1_000_000),
  /** What a window is called by: its newest reading, or what most of its readings are called. */
  label: z.enum(['last', 'majority']),
  /** No window has rows with different values in this column: a machine, a day, a recording. */
  group: columnName.nullable().default(null),
});
export type WindowSpec = z.infer<typeof WindowSpecSchema>;

const INPUT_KINDS = ['numbers', 'categories', 'times', 'text', 'image', 'window'] as const satisfies InputKind[];

/** Checks `ModelInputSpec`s of a job. */
export const ModelInputsSchema: z.ZodType<ModelInputSpec[]> = z
  .array(
    z.strictObject({
      name: z.string().min(1),
      kind: z.enum(INPUT_KINDS),
      columns: z.array(columnName).min(1),
      dims: z.array(z.int()).min(1),
    }),
  )
  .min(1);

/** Rows that a job works on, divided the same way by every job of a run. */
export const JobRowsSchema = z.strictObject({
  /** Canonical table blob. */
  dataset: z.strictObject({ digest: DigestSchema }),
  target: TargetSpecSchema,
  /** Left out or null: every row is one of its own. */
  windows: WindowSpecSchema.nullish(),
  /** Table whose rows all serve as test rows; the test share of the data set then goes to training. */
  heldOut: z.strictObject({ digest: DigestSchema }).nullable(),
  split: z.strictObject({ seed: z.int().min(0), shares: SplitSchema }),
});
export type JobRows = z.infer<typeof JobRowsSchema>;

/** What the rows of a job are for, and how they become windows. */
export type JobMeaning = Pick<JobRows, 'target' | 'windows'>;

/** The meaning in a spec as it lies in the store. Older hubs wrote the name of the label, whose classes were told. */
const KeptMeaningSchema = z.union([
  z.object({ target: TargetSpecSchema, windows: WindowSpecSchema.nullish() }),
  z.object({ dataset: z.object({ label: columnName }) }),
]);

/**
 * What the model of a job was to say, whatever hub has written its spec.
 *
 * @param classes the model's own, where it tells classes apart
 */
export function jobMeaningOf(spec: unknown, classes: readonly string[]): JobMeaning {
  const kept = KeptMeaningSchema.parse(spec);
  if ('dataset' in kept) return { target: { task: 'classification', column: kept.dataset.label, classes } };
  const { target, windows } = kept;
  return { windows, target: target.task === 'classification' ? { ...target, classes } : target };
}
