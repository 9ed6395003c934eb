import { z } from '@hono/zod-openapi';
import type { DesiredSlotRecord, DeviceRecord } from '../../store/device-store.ts';
import type { EventRecord } from '../../store/event-store.ts';
import { API_ROLES, type ApiTokenRecord, type EnrollTokenRecord } from '../../store/token-store.ts';

const ms = z.number().int();

export const samplePolicySchema = z.object({
  kind: z.enum(['none', 'random', 'uncertain', 'all']),
  share: z.number().min(0).max(1),
  perHour: z.number().int().min(0),
  omitFields: z.array(z.string()),
});

export const desiredSlotSchema: z.ZodType<DesiredSlotRecord> = z
  .object({
    deviceId: z.string(),
    slot: z.string(),
    model: z.string(),
    version: z.number().int(),
    releaseDigest: z.string(),
    samples: samplePolicySchema,
    generation: z.number().int(),
    rolloutId: z.string().nullable(),
    setMs: ms,
  })
  .openapi('DesiredSlot');

/** A device, with what it should run beside what it says it runs. */
export interface DeviceView extends DeviceRecord {
  readonly desired: readonly DesiredSlotRecord[];
}

export const deviceSchema: z.ZodType<DeviceView> = z
  .object({
    id: z.string(),
    publicKey: z.record(z.string(), z.string()),
    profile: z.string(),
    profileReason: z.string(),
    labels: z.record(z.string(), z.string()),
    agentVersion: z.string(),
    capabilities: z.record(z.string(), z.unknown()),
    enrolledMs: ms,
    revokedMs: ms.nullable(),
    online: z.boolean(),
    lastSeenMs: ms.nullable(),
    bootId: z.string().nullable(),
    reported: z.custom<DeviceRecord['reported']>().openapi({
      type: 'object',
      description: "The device's last ReportedState; byte fields are hex strings",
    }),
    desiredGeneration: z.number().int(),
    desired: z.array(desiredSlotSchema),
  })
  .openapi('Device');

export const eventSchema: z.ZodType<EventRecord> = z
  .object({
    id: z.number().int(),
    atMs: ms,
    level: z.enum(['info', 'warning', 'error']),
    kind: z.string(),
    deviceId: z.string().nullable(),
    model: z.string().nullable(),
    code: z.string().nullable(),
    message: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('Event');

export const apiTokenSchema: z.ZodType<ApiTokenRecord> = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(API_ROLES),
    createdMs: ms,
    lastUsedMs: ms.nullable(),
    revokedMs: ms.nullable(),
  })
  .openapi('ApiToken');

export const enrollTokenSchema: z.ZodType<EnrollTokenRecord> = z
  .object({
    id: z.string(),
    deviceId: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    createdMs: ms,
    expiresMs: ms,
    usedMs: ms.nullable(),
    usedBy: z.string().nullable(),
  })
  .openapi('EnrollToken');
