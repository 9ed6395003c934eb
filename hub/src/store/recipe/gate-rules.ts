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

/** Names the rules that no model of this task can be judged by; nothing while the task is not known. */
export function checkGateRules(
  task: string | undefined,
  rules: GateRules,
  fault: (path: string, message: string) => void,
): void {
  if (task === undefined) return;
  for (const name of Object.keys(rules)) {
    const isForNumbers = name === 'minR2';
    if (isForNumbers === (task === 'regression')) continue;
    fault('gate', `${name} is for ${isForNumbers ? 'task regression' : 'models of classes'}, got task ${task}`);
  }
}
