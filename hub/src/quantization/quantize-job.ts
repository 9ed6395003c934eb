import { z } from 'zod';
import { type CalibrationMapping, CalibrationMappingSchema } from '../store/calibration-mapping.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { DigestSchema, type JobMeaning, JobRowsSchema, ModelInputsSchema } from '../store/job-rows.ts';
import { MetricsSchema } from '../store/metrics/metrics-schema.ts';
import type { ModelInputSpec } from '../store/model-rows.ts';
import type { VariantRecord, VersionRecord } from '../store/model-store.ts';
import { FormQualitySchema, QuantizationReportSchema } from '../store/quantization-report.ts';
import { type QuantizationGoals, QuantizationGoalsSchema, RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord } from '../store/run-store.ts';

const common = {
  model: z.string(),
  floatModel: z.strictObject({ digest: DigestSchema }),
  goals: QuantizationGoalsSchema,
  /** Names of firmware profiles to find forms for; none: all of the library. */
  profiles: z.array(z.string()).default([]),
  /** Accepted forms of the version before, whose scales keep what devices download small. */
  previous: z.array(z.strictObject({ name: z.string(), format: z.string(), digest: DigestSchema })).default([]),
};

/** A model of the hub: its forms are judged by the rows that it was not trained on. */
export const QuantizeSpecSchema = JobRowsSchema.extend({
  ...common,
  runId: z.string(),
  inputs: ModelInputsSchema,
  /** How the model was trained, for forms that are trained further; jobs of older hubs do not say. */
  recipe: RecipeSchema.optional(),
  seed: z.int().min(0).default(1),
});
export type QuantizeSpec = z.infer<typeof QuantizeSpecSchema>;

/** A model made elsewhere: its forms are judged by how far they agree with it. */
export const AgreementSpecSchema = z.strictObject({
  ...common,
  by: z.literal('agreement'),
  /** Null: made-up inputs have to do. */
  calibration: z
    .strictObject({
      dataset: z.strictObject({ digest: DigestSchema, name: z.string() }),
      label: z.string().nullable(),
      mapping: CalibrationMappingSchema,
    })
    .nullable(),
});
export type AgreementSpec = z.infer<typeof AgreementSpecSchema>;

const form = {
  name: z.string(),
  format: z.string().exactOptional(),
  profiles: z.array(z.string()).exactOptional(),
  digest: DigestSchema,
  sizeBytes: z.int().min(1),
  goldenDigest: DigestSchema,
  accepted: z.boolean(),
  reasons: z.array(z.string()).readonly(),
  p50Ms: z.number(),
  p95Ms: z.number(),
};

export const QuantizeResultSchema = z.object({
  /** In the order of the ladder, float32 last; refused ones too. */
  variants: z.array(z.object({ ...form, metrics: MetricsSchema })).min(1),
  /** Jobs of older hubs made none. */
  report: QuantizationReportSchema.optional(),
});
export type QuantizeResult = z.infer<typeof QuantizeResultSchema>;

export const AgreementResultSchema = z.object({
  variants: z.array(z.object({ ...form, quality: FormQualitySchema })).min(1),
  report: QuantizationReportSchema,
});
export type AgreementResult = z.infer<typeof AgreementResultSchema>;

/** What a search for forms goes by, whatever it judges them with. */
export interface FormSearch {
  readonly profiles: readonly string[];
  readonly goals: QuantizationGoals;
  /** Version whose forms are on devices now. */
  readonly before: VersionRecord | undefined;
}

/** What the worker needs to quantize the model that training made. */
export function quantizeJobSpec(
  run: RunRecord,
  dataset: Pick<DatasetRecord, 'digest'>,
  trained: {
    readonly digest: string;
    readonly inputs: readonly ModelInputSpec[];
    readonly meaning: JobMeaning;
  },
  search: Partial<FormSearch> = {},
): QuantizeSpec {
  const recipe = RecipeSchema.parse(run.recipe);
  const seed = recipe.seed ?? run.seed;
  return {
    runId: run.id,
    model: run.model,
    floatModel: { digest: trained.digest },
    inputs: [...trained.inputs],
    goals: search.goals ?? recipe.quantization,
    profiles: [...(search.profiles ?? [])],
    previous: formsOf(search.before),
    dataset: { digest: dataset.digest },
    target: trained.meaning.target,
    windows: trained.meaning.windows,
    heldOut: run.heldOut && { digest: run.heldOut.digest },
    split: { seed, shares: recipe.split },
    recipe,
    seed,
  };
}

/** What the worker needs to quantize a model that was made elsewhere. */
export function agreementJobSpec(
  uploaded: { readonly model: string; readonly digest: string },
  calibration: { readonly dataset: DatasetRecord; readonly mapping: CalibrationMapping } | null,
  { profiles, goals, before }: FormSearch,
): AgreementSpec {
  return {
    by: 'agreement',
    model: uploaded.model,
    floatModel: { digest: uploaded.digest },
    goals,
    profiles: [...profiles],
    previous: formsOf(before),
    calibration: calibration && {
      dataset: { digest: calibration.dataset.digest, name: calibration.dataset.name },
      label: calibration.dataset.label,
      mapping: calibration.mapping,
    },
  };
}

function formsOf(version: VersionRecord | undefined): QuantizeSpec['previous'] {
  const variants: readonly Omit<VariantRecord, 'metrics'>[] = version?.variants ?? [];
  return variants
    .filter(({ name, accepted }) => accepted && name !== 'float32')
    .map(({ name, format, digest }) => ({ name, format: format ?? name, digest }));
}
