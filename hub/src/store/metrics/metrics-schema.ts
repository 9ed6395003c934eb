import { z } from 'zod';
import { balancedAccuracy } from './balanced-accuracy.ts';
import { classFigures } from './class-figures.ts';
import type { ClassMetrics, Metrics, NumberMetrics } from './metrics.ts';

type Added = 'task' | 'balancedAccuracy' | 'rocAuc' | 'rocAucLow' | 'rocAucHigh' | 'perClass';

/** Figures as they may stand in records of older hubs, which knew only classes and fewer figures of them. */
type KeptClassMetrics = Omit<ClassMetrics, Added> & { readonly [K in Added]?: ClassMetrics[K] | undefined };

export type KeptMetrics = KeptClassMetrics | NumberMetrics;

const count = z.int().min(0);

const ClassMetricsSchema = z.object({
  task: z.enum(['classification', 'anomaly']).optional(),
  rows: count,
  accuracy: z.number(),
  accuracyLow: z.number(),
  accuracyHigh: z.number(),
  balancedAccuracy: z.number().optional(),
  macroF1: z.number(),
  logLoss: z.number(),
  rocAuc: z.number().nullable().optional(),
  rocAucLow: z.number().nullable().optional(),
  rocAucHigh: z.number().nullable().optional(),
  perClass: z
    .array(z.object({ rows: count, precision: z.number(), recall: z.number(), f1: z.number() }))
    .readonly()
    .optional(),
  confusion: z.array(z.array(count).readonly()).readonly(),
});

const NumberMetricsSchema = z.object({
  task: z.literal('regression'),
  rows: count,
  rmse: z.number(),
  mae: z.number(),
  r2: z.number(),
  r2Low: z.number(),
  r2High: z.number(),
});

/** Checks `Metrics` that come from a worker; results from before a figure was measured get what can be told of it. */
export const MetricsSchema = z
  .union([NumberMetricsSchema, ClassMetricsSchema])
  .transform((metrics): Metrics => completeMetrics(metrics));

/** The figures with all that their confusion matrix tells; what it does not tell is null. */
export function completeMetrics(metrics: KeptMetrics): Metrics {
  if (metrics.task === 'regression') return metrics;
  const { rocAuc = null, rocAucLow = null, rocAucHigh = null, confusion } = metrics;
  return {
    ...metrics,
    task: metrics.task ?? 'classification',
    balancedAccuracy: metrics.balancedAccuracy ?? balancedAccuracy(confusion),
    ...{ rocAuc, rocAucLow, rocAucHigh },
    perClass: metrics.perClass ?? classFigures(confusion),
  };
}
