import { z } from '@hono/zod-openapi';
import type { VariantRefusal, VariantTestSummary } from '../../fleet/summarize-variant-tests.ts';
import type { VariantTestRecord } from '../../store/variant-test-store.ts';
import { unixMsSchema } from './common.ts';

const hardware = {
  profile: z.string(),
  architecture: z.string(),
  machine: z.string(),
  cpuFlags: z.array(z.string()),
};

const figure = z.number().nullable();

export const variantTestSchema: z.ZodType<VariantTestRecord> = z
  .object({
    deviceId: z.string(),
    model: z.string(),
    version: z.number().int(),
    variant: z.string(),
    passed: z.boolean(),
    largestDeviation: figure,
    tolerance: figure,
    rows: figure,
    p50Ms: figure,
    p95Ms: figure,
    rssBytes: figure,
    problem: z.object({ code: z.string(), message: z.string() }).nullable(),
    atMs: unixMsSchema,
    receivedMs: unixMsSchema,
    hardware: z.object(hardware),
  })
  .openapi('VariantTest');

export const variantTestSummarySchema: z.ZodType<VariantTestSummary> = z
  .object({
    profile: z.string(),
    variant: z.string(),
    passed: z.number().int(),
    refused: z.number().int(),
    largestDeviation: figure,
    tolerance: figure,
    p50Ms: figure,
    p95Ms: figure,
    rssBytes: figure,
  })
  .openapi('VariantTestSummary');

export const variantRefusalSchema: z.ZodType<VariantRefusal> = z
  .object({ ...hardware, variant: z.string(), devices: z.array(z.string()), reasons: z.array(z.string()) })
  .openapi('VariantRefusal');

/** What devices found when they tested the variants of a version. */
export interface VariantTestsView {
  readonly summary: readonly VariantTestSummary[];
  readonly refusals: readonly VariantRefusal[];
  readonly tests: readonly VariantTestRecord[];
}
