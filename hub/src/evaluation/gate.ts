import type { Metrics } from '../store/model-store.ts';
import { wilsonInterval, Z_ONE_SIDED_95 } from './wilson-interval.ts';

export interface GateRules {
  /** Smallest accuracy on the held-out rows. @default none */
  readonly minAccuracy?: number | undefined;
}

/** Yes or no, with reasons; one sentence for each rule. */
export interface GateVerdict {
  readonly accepted: boolean;
  readonly reasons: readonly string[];
}

/**
 * Whether a model may become a version: it must beat saying the most frequent class every time, with 95 %
 * confidence, and meet the rules.
 */
export function gate(metrics: Metrics, rules: GateRules = {}): GateVerdict {
  if (metrics.rows === 0) return { accepted: false, reasons: ['there are no held-out rows to judge by'] };
  const frequent = Math.max(...metrics.confusion.map((counts) => counts.reduce((sum, count) => sum + count, 0)));
  const baseline = frequent / metrics.rows;
  const { low } = wilsonInterval(Math.round(metrics.accuracy * metrics.rows), metrics.rows, Z_ONE_SIDED_95);
  const checks: { readonly isMet: boolean; readonly reason: string }[] = [
    {
      // With one class among the held-out rows nobody can beat the baseline.
      isMet: low > baseline || (baseline === 1 && metrics.accuracy === 1),
      reason: `accuracy ${percent(metrics.accuracy)} (95 % sure of ${percent(low)}) against ${percent(baseline)} for always the most frequent class`,
    },
  ];
  if (rules.minAccuracy !== undefined) {
    checks.push({
      isMet: metrics.accuracy >= rules.minAccuracy,
      reason: `accuracy ${percent(metrics.accuracy)} against ${percent(rules.minAccuracy)} asked for`,
    });
  }
  return {
    accepted: checks.every(({ isMet }) => isMet),
    reasons: checks.map(({ isMet, reason }) => `${isMet ? 'met' : 'not met'}: ${reason}`),
  };
}

/** 0.9973 -> "99.73 %" */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
