import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../store/alert-store.ts';
import { decideAlert } from './decide-alert.ts';
import { driftCheck } from './monitoring-fixture.ts';

const RULE = { driftChecks: 3, referenceAccuracy: 0.95, lastResolvedMs: null };
/** Newest first, as the store gives them. */
const DRIFTING = [driftCheck(3_000, 'drift'), driftCheck(2_000, 'drift'), driftCheck(1_000, 'drift')];
const QUIET = [driftCheck(6_000, 'none'), driftCheck(5_000, 'none'), driftCheck(4_000, 'none')];
const OPEN: AlertRecord = {
  ...{ id: 'alert-1', model: 'm', version: 1, kind: 'drift', state: 'open', message: 'drift', checks: 3 },
  ...{ evidence: driftCheck(3_000, 'drift'), openedMs: 3_000, resolvedMs: null, resolution: null },
};

describe('decideAlert', () => {
  test('opens after as many drifting checks in a row as the rule says, and not before', () => {
    expect(decideAlert(DRIFTING, undefined, RULE)).toMatchObject({ kind: 'open', evidence: { atMs: 3_000 } });
    expect(decideAlert(DRIFTING.slice(0, 2), undefined, RULE)).toEqual({ kind: 'keep' });
    const interrupted = [DRIFTING[0]!, driftCheck(2_000, 'possible'), DRIFTING[2]!];
    expect(decideAlert(interrupted, undefined, RULE)).toEqual({ kind: 'keep' });
  });

  test('says which features, since when, on which devices, and what it costs', () => {
    const decision = decideAlert(DRIFTING, undefined, RULE);
    expect(decision.kind === 'open' && decision.message).toBe(
      'm@1 drifts in temperature (PSI 1.23) since 1970-01-01T00:00:01.000Z on line-1, line-2; ' +
        'estimated accuracy 71.0 % against 95.0 % at evaluation',
    );
  });

  test('prefers true accuracy, and names three devices at most', () => {
    const deviceIds = ['line-1', 'line-2', 'line-3', 'line-4', 'line-5'];
    const newest = driftCheck(3_000, 'drift', { trueAccuracy: 0.5, deviceIds });
    const decision = decideAlert([newest, ...DRIFTING.slice(1)], undefined, RULE);
    expect(decision.kind === 'open' && decision.message).toContain(
      'on line-1, line-2, line-3 and 2 more devices; true accuracy 50.0 % against 95.0 %',
    );
  });

  test('says of a model that tells numbers that its accuracy is not known', () => {
    const decision = decideAlert(DRIFTING, undefined, { ...RULE, referenceAccuracy: null });
    expect(decision.kind === 'open' && decision.message).toContain(
      'what it costs is not known of a model that tells numbers',
    );
  });

  test('speaks of predictions when no feature drifts', () => {
    const odd = DRIFTING.map(({ atMs }) => driftCheck(atMs, 'drift', { features: [], predictionPsi: 0.6 }));
    const decision = decideAlert(odd, undefined, RULE);
    expect(decision.kind === 'open' && decision.message).toContain('m@1 drifts in predictions (PSI 0.60)');
  });

  test('opens no second alert for the same cause', () => {
    expect(decideAlert(DRIFTING, OPEN, RULE)).toEqual({ kind: 'keep' });
  });

  test('resolves after as many quiet checks in a row, and not on one', () => {
    expect(decideAlert(QUIET, OPEN, RULE)).toMatchObject({ kind: 'resolve' });
    expect(decideAlert([...QUIET.slice(0, 1), ...DRIFTING.slice(0, 2)], OPEN, RULE)).toEqual({ kind: 'keep' });
    expect(decideAlert(QUIET, undefined, RULE)).toEqual({ kind: 'keep' });
  });

  test('counts anew after an alert was resolved', () => {
    expect(decideAlert(DRIFTING, undefined, { ...RULE, lastResolvedMs: 1_500 })).toEqual({ kind: 'keep' });
    expect(decideAlert(DRIFTING, undefined, { ...RULE, lastResolvedMs: 900 })).toMatchObject({ kind: 'open' });
  });
});
