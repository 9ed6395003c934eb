import { z } from '@hono/zod-openapi';

/** Unix time in milliseconds. */
export const unixMsSchema = z.number().int();

export const errorSchema = z.object({ code: z.string(), message: z.string() });

/** Who or what asked for it. */
export const causeSchema = z.object({ kind: z.enum(['request', 'retraining']), ref: z.string() });

export const datasetRefSchema = z.object({ name: z.string(), version: z.number().int(), digest: z.string() });

/** A count, or a place in an order. */
export const wholeSchema = z.number().int().min(0);
