import { z } from '@hono/zod-openapi';
import { RetrainingPolicySchema } from '../../retraining/retraining-policy.ts';
import type { AlertRecord, DriftCheckRecord } from '../../store/alert-store.ts';
import type { RetrainingPolicy, RetrainingRecord } from '../../store/retraining-store.ts';
import type { RolloutDeviceRecord, RolloutPlan, RolloutRecord } from '../../store/rollout-store.ts';
import type { SampleRecord } from '../../store/sample-store.ts';
import { samplePolicySchema } from './fleet.ts';

const ms = z.number().int();
const causeSchema = z.object({ kind: z.enum(['request', 'retraining']), ref: z.string() });
const levelSchema = z.enum(['none', 'possible', 'drift']);

export const planSchema: z.ZodType<RolloutPlan> = z
  .object({
    slot: z.string(),
    labels: z.record(z.string(), z.string()),
    waves: z.array(z.number()),
    gate: z.object({
      minSuccessShare: z.number(),
      deviceTimeoutMs: z.number().int(),
      minInferences: z.number().int(),
      soakMs: z.number().int(),
      maxErrorShare: z.number(),
    }),
    samples: samplePolicySchema,
  })
  .openapi('RolloutPlan');

export const rolloutSchema: z.ZodType<RolloutRecord> = z
  .object({
    id: z.string(),
    model: z.string(),
    version: z.number().int(),
    releaseDigest: z.string(),
    state: z.enum(['running', 'paused', 'done', 'aborted', 'rolling-back', 'rolled-back']),
    plan: planSchema,
    wave: z.number().int(),
    waveStartedMs: ms,
    cause: causeSchema,
    reason: z.string().nullable(),
    createdMs: ms,
    updatedMs: ms,
  })
  .openapi('Rollout');

export const rolloutDeviceSchema: z.ZodType<RolloutDeviceRecord> = z
  .object({
    rolloutId: z.string(),
    deviceId: z.string(),
    wave: z.number().int(),
    state: z.enum(['waiting', 'offered', 'installing', 'healthy', 'failed', 'rolled-back']),
    offeredMs: ms.nullable(),
    pausedMs: ms.optional(),
    generation: z.int().nullable(),
    healthySinceMs: ms.nullable(),
    previous: z
      .object({
        model: z.string(),
        version: z.number().int(),
        releaseDigest: z.string(),
        samples: samplePolicySchema.optional(),
      })
      .nullable(),
    problem: z.object({ code: z.string(), message: z.string() }).nullable(),
    updatedMs: ms,
  })
  .openapi('RolloutDevice');

export const driftCheckSchema: z.ZodType<DriftCheckRecord> = z
  .object({
    model: z.string(),
    version: z.number().int(),
    atMs: ms,
    level: levelSchema,
    windows: z.number().int(),
    readings: z.number().int(),
    features: z.array(z.object({ name: z.string(), psi: z.number(), level: levelSchema })),
    predictionPsi: z.number(),
    trueAccuracy: z.number().nullable(),
    estimatedAccuracy: z.number().nullable(),
    deviceIds: z.array(z.string()),
  })
  .openapi('DriftCheck');

export const alertSchema: z.ZodType<AlertRecord> = z
  .object({
    id: z.string(),
    model: z.string(),
    version: z.number().int(),
    kind: z.enum(['drift', 'accuracy']),
    state: z.enum(['open', 'resolved']),
    message: z.string(),
    checks: z.number().int(),
    evidence: driftCheckSchema,
    openedMs: ms,
    resolvedMs: ms.nullable(),
    resolution: z.string().nullable(),
  })
  .openapi('Alert');

/** The stage's own: what is left out gets its default. */
export const policySchema: z.ZodType<
  RetrainingPolicy,
  z.input<typeof RetrainingPolicySchema>
> = RetrainingPolicySchema.openapi('RetrainingPolicy');

export const retrainingSchema: z.ZodType<RetrainingRecord> = z
  .object({
    id: z.string(),
    model: z.string(),
    alertId: z.string().nullable(),
    state: z.enum(['collecting', 'training', 'comparing', 'rolling-out', 'done', 'refused', 'failed']),
    championVersion: z.number().int(),
    dataset: z.object({ name: z.string(), version: z.number().int() }).nullable(),
    heldOut: z.object({ name: z.string(), version: z.number().int() }).nullable(),
    runId: z.string().nullable(),
    comparisonJobId: z.string().nullable(),
    challengerVersion: z.number().int().nullable(),
    verdict: z
      .object({
        accepted: z.boolean(),
        figure: z.enum(['accuracy', 'r2']),
        champion: z.number(),
        challenger: z.number(),
        rows: z.number().int(),
        reasons: z.array(z.string()),
      })
      .nullable(),
    rolloutId: z.string().nullable(),
    reason: z.string().nullable(),
    createdMs: ms,
    updatedMs: ms,
  })
  .openapi('Retraining');

export const sampleSchema: z.ZodType<SampleRecord> = z
  .object({
    deviceId: z.string(),
    bootId: z.string(),
    sequence: z.number().int(),
    predictionId: z.string(),
    model: z.string(),
    version: z.number().int(),
    atMs: ms,
    receivedMs: ms,
    fields: z.record(z.string(), z.union([z.number(), z.string()])),
    predicted: z.string(),
    confidence: z.number(),
    label: z.string().nullable(),
    labelledBy: z.string().nullable(),
  })
  .openapi('Sample');
