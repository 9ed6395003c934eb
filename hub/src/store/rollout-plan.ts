import { z } from 'zod';
import type { RolloutPlan } from './rollout-store.ts';

const share: z.ZodNumber = z.number().min(0).max(1);

const WavesSchema = z
  .array(share.gt(0))
  .min(1)
  .max(100)
  .refine((waves) => waves.every((wave, index) => index === 0 || wave > (waves[index - 1] ?? 0)), 'waves must rise')
  .refine((waves) => waves.at(-1) === 1, 'the last wave must be 1, every device');

const GateSchema = z.strictObject({
  minSuccessShare: share.gt(0).default(1),
  deviceTimeoutMs: z.int().min(1_000).default(600_000),
  minInferences: z.int().min(0).default(100),
  soakMs: z.int().min(0).default(10_000),
  maxErrorShare: share.default(0.01),
});

const SamplePolicySchema = z.strictObject({
  kind: z.enum(['none', 'random', 'uncertain', 'all']).default('none'),
  share: share.default(0),
  perHour: z.int().min(0).default(0),
  omitFields: z.array(z.string().min(1)).default([]),
});

/** How a release comes to devices; what is left out gets the default. No raw readings come back unless asked for. */
export const RolloutPlanSchema = z.strictObject({
  slot: z.string().min(1).default('default'),
  labels: z.record(z.string(), z.string()).default({}),
  waves: WavesSchema.default([0.1, 0.5, 1]),
  gate: GateSchema.prefault({}),
  samples: SamplePolicySchema.prefault({}),
}) satisfies z.ZodType<RolloutPlan>;

export const DEFAULT_ROLLOUT_PLAN: RolloutPlan = RolloutPlanSchema.parse({});
