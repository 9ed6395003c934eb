import { z } from 'zod';

/** Checks `Metrics` that come from a worker. */
export const MetricsSchema = z.object({
  rows: z.int().min(0),
  accuracy: z.number(),
  accuracyLow: z.number(),
  accuracyHigh: z.number(),
  macroF1: z.number(),
  logLoss: z.number(),
  confusion: z.array(z.array(z.int().min(0)).readonly()).readonly(),
});
