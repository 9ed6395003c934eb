import { z } from 'zod';
import type { RetrainingPolicy } from '../store/retraining-store.ts';
import { RolloutPlanSchema } from '../store/rollout-plan.ts';

const share: z.ZodNumber = z.number().min(0).max(1);

/** A third of the devices first: the challenger has proved itself on held-out rows, not yet on devices. */
const DEFAULT_WAVES: number[] = [0.34, 1];

/** When and how a model retrains itself, as users write it: everything has a default. */
export const RetrainingPolicySchema = z.strictObject({
  enabled: z.boolean().default(true),
  when: z
    .strictObject({
      driftChecks: z.int().min(1).max(1_000).default(3),
      minLabelled: z.int().min(1).default(1_000),
    })
    .prefault({}),
  data: z
    .strictObject({
      lastMs: z
        .int()
        .min(1)
        .default(7 * 24 * 3_600_000),
      heldOutShare: z.number().gt(0).lt(1).default(0.3),
    })
    .prefault({}),
  accept: z.strictObject({ minGain: share.default(0.005) }).prefault({}),
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word for what follows an accepted challenger
  then: RolloutPlanSchema.extend({ waves: RolloutPlanSchema.shape.waves.unwrap().default(DEFAULT_WAVES) })
    .nullable()
    .prefault({}),
  coolDownMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
}) satisfies z.ZodType<RetrainingPolicy>;

export const DEFAULT_RETRAINING_POLICY: RetrainingPolicy = RetrainingPolicySchema.parse({});
