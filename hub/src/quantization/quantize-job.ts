import { z } from 'zod';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { DigestSchema, type JobMeaning, JobRowsSchema, ModelInputsSchema } from '../store/job-rows.ts';

import { MetricsSchema } from '../store/metrics/metrics-schema.ts';
import type { ModelInputSpec } from '../store/model-rows.ts';
import { QuantizationGoalsSchema, RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';

export const QuantizeSpecSchema = JobRowsSchema.extend({
  runId: z.string(),
  model: z.string(),
  floatModel: z.strictObject({ digest: DigestSchema }),
  inputs: ModelInputsSchema,
  goals: QuantizationGoalsSchema,
});
export type QuantizeSpec = z.infer<typeof QuantizeSpecSchema>;

export const QuantizeResultSchema = z.object({
  /** Smaller forms first, float32 last; refused ones too. */
  variants: z
    .array(
      z.object({
        name: z.string(),
        digest: DigestSchema,
        sizeBytes: z.int().min(1),
        goldenDigest: DigestSchema,
        accepted: z.boolean(),
        reasons: z.array(z.string()).readonly(),
        metrics: MetricsSchema,
        p50Ms: z.number(),
        p95Ms: z.number(),
      }),
    )
    .min(1),
});
export type QuantizeResult = z.infer<typeof QuantizeResultSchema>;

/** What the worker needs to quantize the model that training made. */
export function quantizeJobSpec(
  run: RunRecord,
  dataset: DatasetRecord,
  trained: {
    readonly digest: string;
    readonly inputs: readonly ModelInputSpec[];
    readonly meaning: JobMeaning;
  },
  heldOut: Pick<DatasetRecord, 'digest'> | null = null,
): QuantizeSpec {
  const recipe = RecipeSchema.parse(run.recipe);
  return {
    runId: run.id,
    model: run.model,
    floatModel: { digest: trained.digest },
    inputs: [...trained.inputs],
    goals: recipe.quantization,
    dataset: { digest: dataset.digest },
    target: trained.meaning.target,
    windows: trained.meaning.windows,
    heldOut: heldOut && { digest: heldOut.digest },
    split: { seed: recipe.seed ?? run.seed, shares: recipe.split },
  };
}
