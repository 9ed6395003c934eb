import { z } from 'zod';

const share = z.number().min(0).max(1);

/** What a recipe asks of a model on the held-out rows, beside being better than a guess. */
export const GateRulesSchema = z.strictObject({
  /** Classes and anomalies: smallest share that is right. */
  minAccuracy: share.optional(),
  /** Classes and anomalies: smallest mean of the classes' F1. */
  minMacroF1: share.optional(),
  /** Classes and anomalies: smallest F1 of each class named. */
  minF1: z.record(z.string(), share).optional(),
  /** Classes and anomalies: smallest area under the ROC curve. */
  minRocAuc: share.optional(),
  /** Numbers: smallest share of the variance that is told. */
  minR2: z.number().max(1).optional(),
});
export type GateRules = z.infer<typeof GateRulesSchema>;

/** Rules for models of numbers; all others are for models of classes and of anomalies. */
export const NUMBER_RULES: readonly (keyof GateRules)[] = ['minR2'];
