import { z } from 'zod';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { DigestSchema, type JobMeaning, JobRowsSchema, ModelInputsSchema } from '../store/job-rows.ts';
import { ComparisonSchema } from '../store/metrics/comparison.ts';
import { MetricsSchema } from '../store/metrics/metrics-schema.ts';
import type { ModelInputSpec } from '../store/model-rows.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';

export const EvaluatedModelSchema = z.strictObject({
  /** For reports: 'shuttle@2', 'champion', 'int8-static'. */
  ref: z.string().min(1),
  digest: DigestSchema,
  inputs: ModelInputsSchema,
  /** The model's own, in its order; none where it tells numbers. */
  classes: z.array(z.string()),
});
export type EvaluatedModel = z.infer<typeof EvaluatedModelSchema>;

export const EvaluateSpecSchema = JobRowsSchema.extend({
  purpose: z.enum(['run', 'comparison']),
  /** A comparison has the champion first, then the challenger. */
  models: z.array(EvaluatedModelSchema).min(1),
  rows: z.enum(['test', 'all']),
});
export type EvaluateSpec = z.infer<typeof EvaluateSpecSchema>;

export const EvaluateResultSchema = z.object({
  reports: z.array(z.object({ ref: z.string(), metrics: MetricsSchema })),
  comparison: ComparisonSchema.optional(),
});
export type EvaluateResult = z.infer<typeof EvaluateResultSchema>;

/**
 * What the worker needs to measure the forms of a run's model on the held-out rows, by itself and once more.
 *
 * @param forms what the form is called, and its blob
 */
export function evaluateJobSpec(
  run: RunRecord,
  dataset: DatasetRecord,
  model: {
    readonly forms: readonly { readonly name: string; readonly digest: string }[];
    readonly inputs: readonly ModelInputSpec[];
    readonly classes: readonly string[];
    readonly meaning: JobMeaning;
  },
  heldOut: Pick<DatasetRecord, 'digest'> | null = null,
): EvaluateSpec {
  const recipe = RecipeSchema.parse(run.recipe);
  const { inputs, classes, meaning } = model;
  return {
    purpose: 'run',
    models: model.forms.map(({ name, digest }) => ({
      ref: name,
      digest,
      inputs: [...inputs],
      classes: [...classes],
    })),
    dataset: { digest: dataset.digest },
    target: meaning.target,
    windows: meaning.windows,
    heldOut: heldOut && { digest: heldOut.digest },
    split: { seed: recipe.seed ?? run.seed, shares: recipe.split },
    rows: 'test',
  };
}

/** What the worker needs to compare two models on every row of a data set. */
export function comparisonJobSpec(
  champion: EvaluatedModel,
  challenger: EvaluatedModel,
  rows: DatasetRecord,
  meaning: JobMeaning,
): EvaluateSpec {
  return {
    purpose: 'comparison',
    models: [champion, challenger],
    dataset: { digest: rows.digest },
    target: meaning.target,
    windows: meaning.windows,
    heldOut: null,
    split: { seed: 0, shares: { train: 1, validation: 0, test: 0 } },
    rows: 'all',
  };
}
