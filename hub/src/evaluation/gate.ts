import type { Metrics } from '../store/metrics/metrics.ts';
import type { GateRules } from '../store/recipe/gate-rules.ts';
import { betterThanGuess } from './better-than-guess.ts';
import { ruleChecks } from './rule-checks.ts';

/** Yes or no, with reasons; one sentence for each rule. */
export interface GateVerdict {
  readonly accepted: boolean;
  readonly reasons: readonly string[];
}

/** What the figures are of. */
export interface GatedModel {
  /** In the order of the figures; of numbers none. */
  readonly classes: readonly string[];
  /** Anomalies: share of normal rows that the threshold was set to call anomalies. */
  readonly falseAlarmShare?: number | undefined;
}

/**
 * Whether a model may become a version: it must be better than a guess that never looks at a row, with 95 %
 * confidence, and meet the rules.
 */
export function gate(metrics: Metrics, rules: GateRules = {}, model: GatedModel = { classes: [] }): GateVerdict {
  if (metrics.rows === 0) return { accepted: false, reasons: ['there are no held-out rows to judge by'] };
  const checks = [...betterThanGuess(metrics, model.falseAlarmShare), ...ruleChecks(metrics, rules, model.classes)];
  return {
    accepted: checks.every(({ isMet }) => isMet),
    reasons: checks.map(({ isMet, reason }) => `${isMet ? 'met' : 'not met'}: ${reason}`),
  };
}
