import type { AlertRecord, DriftCheckRecord } from '../store/alert-store.ts';

export const DEFAULT_DRIFT_CHECKS = 3;
/** The message names this many devices; the evidence has all. */
const MOST_NAMED = 3;

export interface AlertRule {
  /** Consecutive checks at level 'drift' that open an alert, and at level 'none' that resolve it. */
  readonly driftChecks: number;
  /** Accuracy of the version on its evaluation data; null for a model that does not classify. */
  readonly referenceAccuracy: number | null;
  /** When the last alert of the version ended; checks from before say nothing about a new cause. */
  readonly lastResolvedMs: number | null;
}

export type AlertDecision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'open'; readonly message: string; readonly evidence: DriftCheckRecord }
  | { readonly kind: 'resolve'; readonly resolution: string };

/**
 * Whether the last checks of a version open an alert or end the open one. One alert stands for one cause: while it is
 * open, no other is opened.
 *
 * @param checks newest first
 */
export function decideAlert(
  checks: readonly DriftCheckRecord[],
  open: AlertRecord | undefined,
  rule: AlertRule,
): AlertDecision {
  const since = open === undefined ? (rule.lastResolvedMs ?? 0) : 0;
  const recent = checks.slice(0, rule.driftChecks).filter((check) => check.atMs >= since);
  const newest = recent[0];
  if (newest === undefined || recent.length < rule.driftChecks) return { kind: 'keep' };
  if (open === undefined && recent.every((check) => check.level === 'drift')) {
    return { kind: 'open', message: alertMessage(recent, rule), evidence: newest };
  }
  if (open !== undefined && recent.every((check) => check.level === 'none')) {
    return { kind: 'resolve', resolution: `${rule.driftChecks} checks in a row without drift` };
  }
  return { kind: 'keep' };
}

/** Which features, since when, how much, on how many devices, and what it probably costs. */
function alertMessage(recent: readonly DriftCheckRecord[], { referenceAccuracy }: AlertRule): string {
  const newest = recent[0];
  const first = recent.at(-1);
  if (newest === undefined || first === undefined) return '';
  const drifted = newest.features.filter((feature) => feature.level === 'drift');
  const what =
    drifted.length === 0
      ? `predictions (PSI ${newest.predictionPsi.toFixed(2)})`
      : drifted.map((feature) => `${feature.name} (PSI ${feature.psi.toFixed(2)})`).join(', ');
  const since = new Date(first.atMs).toISOString();
  const cost = accuracySentence(newest, referenceAccuracy);
  return `${newest.model}@${newest.version} drifts in ${what} since ${since} on ${named(newest.deviceIds)}; ${cost}`;
}

function accuracySentence({ trueAccuracy, estimatedAccuracy }: DriftCheckRecord, reference: number | null): string {
  const accuracy = trueAccuracy ?? estimatedAccuracy;
  if (reference === null) return 'what it costs is not known of a model that tells numbers';
  if (accuracy === null) return 'no estimate of accuracy';
  const source = trueAccuracy === null ? 'estimated' : 'true';
  return `${source} accuracy ${percent(accuracy)} against ${percent(reference)} at evaluation`;
}

/** 'line-1, line-2, line-3 and 4 more devices' */
function named(deviceIds: readonly string[]): string {
  const shown = deviceIds.slice(0, MOST_NAMED).join(', ');
  const more = deviceIds.length - MOST_NAMED;
  return more > 0 ? `${shown} and ${more} more devices` : shown;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
