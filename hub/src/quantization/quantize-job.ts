import { z } from 'zod';
import { RequestError } from '../errors.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { DigestSchema, JobRowsSchema } from '../store/job-rows.ts';
import { MetricsSchema } from '../store/metrics-schema.ts';
import { QuantizationGoalsSchema, RecipeSchema } from '../store/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';

export const QuantizeSpecSchema = JobRowsSchema.extend({
  runId: z.string(),
  model: z.string(),
  floatModel: z.strictObject({ digest: DigestSchema }),
  features: z.array(z.string()).min(1),
  classes: z.array(z.string()).min(1),
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
    readonly features: readonly string[];
    readonly classes: readonly string[];
  },
  heldOut: Pick<DatasetRecord, 'digest'> | null = null,
): QuantizeSpec {
  if (dataset.label === null) {
    throw new RequestError('INVALID_INPUT', `data set ${dataset.name}@${dataset.version} must have a label, got none`);
  }
  const recipe = RecipeSchema.parse(run.recipe);
  return {
    runId: run.id,
    model: run.model,
    floatModel: { digest: trained.digest },
    features: [...trained.features],
    classes: [...trained.classes],
    goals: recipe.quantization,
    dataset: { digest: dataset.digest, label: dataset.label },
    heldOut: heldOut && { digest: heldOut.digest },
    split: { seed: recipe.seed ?? run.seed, shares: recipe.split },
  };
}
