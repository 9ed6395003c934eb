import { z } from 'zod';
import { balancedAccuracy } from './balanced-accuracy.ts';
import type { Metrics } from './model-store.ts';

/** Checks `Metrics` that come from a worker; results from before balanced accuracy was measured get it. */
export const MetricsSchema = z
  .object({
    rows: z.int().min(0),
    accuracy: z.number(),
    accuracyLow: z.number(),
    accuracyHigh: z.number(),
    balancedAccuracy: z.number().optional(),
    macroF1: z.number(),
    logLoss: z.number(),
    confusion: z.array(z.array(z.int().min(0)).readonly()).readonly(),
  })
  .transform((metrics): Metrics => withBalancedAccuracy(metrics));

/** The figures with balanced accuracy, which older records lack. */
export function withBalancedAccuracy(
  metrics: Omit<Metrics, 'balancedAccuracy'> & { readonly balancedAccuracy?: number | undefined },
): Metrics {
  return { ...metrics, balancedAccuracy: metrics.balancedAccuracy ?? balancedAccuracy(metrics.confusion) };
}
