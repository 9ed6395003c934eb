import type { AlertRecord, DriftCheckRecord } from '../store/alert-store.ts';

export const DEFAULT_DRIFT_CHECKS = 3;

export interface AlertRule {
  /** Consecutive checks at level 'drift' that open an alert, and at level 'none' that resolve it. */
  readonly driftChecks: number;
  /** Accuracy of the version on its evaluation data. */
  readonly referenceAccuracy: number;
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
  const recent = checks.slice(0, rule.driftChecks);
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
  const estimated = newest.trueAccuracy ?? newest.estimatedAccuracy;
  const source = newest.trueAccuracy === null ? 'estimated' : 'true';
  const cost =
    estimated === null
      ? 'no estimate of accuracy'
      : `${source} accuracy ${percent(estimated)} against ${percent(referenceAccuracy)} at evaluation`;
  const where = `${newest.deviceIds.length} ${newest.deviceIds.length === 1 ? 'device' : 'devices'}`;
  return `${newest.model}@${newest.version} drifts in ${what} since ${since} on ${where}; ${cost}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
