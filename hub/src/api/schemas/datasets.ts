import { z } from '@hono/zod-openapi';
import type { ColumnProfile, DatasetRecord } from '../../store/dataset-store.ts';
import { unixMsSchema } from './common.ts';

const columnSchema: z.ZodType<ColumnProfile> = z
  .object({
    name: z.string(),
    kind: z.enum(['number', 'category', 'text', 'time', 'identifier', 'image']),
    count: z.number().int(),
    missing: z.number().int(),
    distinct: z.number().int(),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    mean: z.number().exactOptional(),
    standardDeviation: z.number().exactOptional(),
    levels: z.record(z.string(), z.number().int()).exactOptional(),
    unit: z.string().exactOptional(),
    image: z.object({ height: z.number().int(), width: z.number().int(), channels: z.number().int() }).exactOptional(),
  })
  .openapi('Column');

export const datasetSchema: z.ZodType<DatasetRecord> = z
  .object({
    name: z.string(),
    version: z.number().int(),
    digest: z.string(),
    createdMs: unixMsSchema,
    rows: z.number().int(),
    sizeBytes: z.number().int(),
    columns: z.array(columnSchema),
    label: z.string().nullable(),
    classes: z.array(z.string()),
    origin: z.string(),
    parents: z.array(z.object({ kind: z.enum(['file', 'dataset', 'samples']), ref: z.string() })),
    cleaning: z.array(
      z.object({
        rule: z.string(),
        column: z.string().nullable(),
        rows: z.number().int(),
        files: z.array(z.string()).exactOptional(),
      }),
    ),
  })
  .openapi('Dataset');
