import { z } from 'zod';
import { QuantizationGoalsSchema } from './recipe/recipe.ts';

const share = z.number();

/** How close a form stays to float32 on one set of rows. Drops are of the figure, float32 minus form. */
export const FormQualitySchema = z.object({
  /**
   * What is compared: a figure of the labelled rows; where there are no labels, 'agreement': the share of the rows for
   * which form and float32 name the same class, or 1 minus the relative error of the outputs.
   */
  figure: z.enum(['accuracy', 'rocAuc', 'r2', 'agreement']),
  value: share,
  /** 95 % interval of the value. */
  low: share,
  high: share,
  drop: share,
  /** 95 % interval of the drop, from the same rows in both forms. */
  dropLow: share,
  dropHigh: share,
  rows: z.int().min(0),
});
export type FormQuality = z.infer<typeof FormQualitySchema>;

/** A node that stays in float32 although its operator could be turned into integers. */
export const FloatNodeSchema = z.object({ node: z.string(), operator: z.string(), reason: z.string() });
export type FloatNode = z.infer<typeof FloatNodeSchema>;

/** One form that was made and measured on the way up the ladder. */
export const LadderStepSchema = z.object({
  /** 'int8-static, min-max'; 'int8-static, entropy, bias correction'; 'int8-static, quantization-aware fine-tuning' */
  rung: z.string(),
  /** Number format: 'int8-static', 'int8-dynamic', 'int8-weights', 'int4-weights', 'float16'. */
  format: z.string(),
  accepted: z.boolean(),
  /** Why it was accepted or refused, one sentence each. */
  reasons: z.array(z.string()).readonly(),
  /** Null when it was not measured, because it could not be made. */
  quality: FormQualitySchema.nullable(),
  sizeBytes: z.int().min(0).nullable(),
  /** Of one row on one thread. */
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** Of float32, measured in turn with this form. */
  floatP50Ms: z.number().nullable(),
  /**
   * Median over the rounds of the form's time as a share of float32's, which is what decided; reports of older hubs do
   * not have it, and null is beyond any number.
   */
  latencyShare: z.number().nullable().optional(),
  inFloat: z.array(FloatNodeSchema).readonly(),
  tookMs: z.number(),
});
export type LadderStep = z.infer<typeof LadderStepSchema>;

/** Profiles that want the same forms, and what the ladder found for them. */
export const ProfileClassSchema = z.object({
  /** 'full-range', 'reduced-range', ... */
  name: z.string(),
  /** Names of firmware profiles. */
  profiles: z.array(z.string()).readonly(),
  /** Name of the variant that is offered first; 'float32' where none met the goals. */
  chosen: z.string(),
  /** One sentence. */
  why: z.string(),
  /** Names of the variants in the order in which devices of these profiles try them; 'float32' last. */
  order: z.array(z.string()).min(1).readonly(),
  steps: z.array(LadderStepSchema).readonly(),
});
export type ProfileClass = z.infer<typeof ProfileClassSchema>;

/** What was tried to make a model smaller and faster, and what came of it. */
export const QuantizationReportSchema = z.object({
  goals: QuantizationGoalsSchema,
  /** Where sizes, times and quality were measured. */
  measuredOn: z.object({
    engine: z.string(),
    cpu: z.string(),
    /** Of the processor, those that decide how fast and exact int8 is: 'avx2', 'avx512_vnni', 'dotprod', ... */
    instructionSets: z.array(z.string()).readonly(),
  }),
  /** Rows whose activations were looked at; 'none' where there were no rows, so that nothing static was tried. */
  calibration: z.object({ source: z.enum(['dataset', 'none']), rows: z.int().min(0) }),
  float: z.object({
    sizeBytes: z.int(),
    p50Ms: z.number(),
    p95Ms: z.number(),
    quality: FormQualitySchema,
  }),
  classes: z.array(ProfileClassSchema).min(1).readonly(),
  /** What else somebody should know, one sentence each. */
  notes: z.array(z.string()).readonly(),
});
export type QuantizationReport = z.infer<typeof QuantizationReportSchema>;
