import { z } from 'zod';
import type { RetrainingPolicy } from '../store/retraining-store.ts';
import { RolloutPlanSchema } from '../store/rollout-plan.ts';

const share: z.ZodNumber = z.number().min(0).max(1);

/** When and how a model retrains itself, as users write it: everything has a default. */
export const RetrainingPolicySchema = z.strictObject({
  enabled: z.boolean().default(true),
  when: z
    .strictObject({
      driftChecks: z.int().min(1).max(1_000).default(3),
      minLabelled: z.int().min(10).default(1_000),
    })
    .prefault({}),
  data: z
    .strictObject({
      lastMs: z
        .int()
        .min(1_000)
        .default(7 * 24 * 3_600_000),
      heldOutShare: share.gt(0).lt(1).default(0.3),
    })
    .prefault({}),
  accept: z.strictObject({ minGain: share.default(0.005) }).prefault({}),
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word for what follows an accepted challenger
  then: RolloutPlanSchema.nullable().prefault({}),
  coolDownMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
}) satisfies z.ZodType<RetrainingPolicy>;

export const DEFAULT_RETRAINING_POLICY: RetrainingPolicy = RetrainingPolicySchema.parse({});
