import { writeFileSync } from 'node:fs';
import { RigError } from '../rig/errors.ts';
import { waitFor } from '../rig/wait-for.ts';
import { DEMO_MODEL, type DemoContext, DRIFT } from './demo-context.ts';
import { accuracySince, type DeviceAccuracy } from './device-accuracy.ts';
import { FLEET_SIZE } from './fleet.ts';
import { percent } from './narrator.ts';

const MIN_READINGS = 1_000;

interface AlertView {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly message: string;
  readonly openedMs: number;
  readonly evidence: {
    readonly estimatedAccuracy: number | null;
    readonly features: readonly { readonly name: string; readonly psi: number }[];
  };
}

interface RetrainingView {
  readonly id: string;
  readonly state: string;
  readonly alertId: string | null;
  readonly challengerVersion: number | null;
  readonly rolloutId: string | null;
  readonly reason: string | null;
  readonly verdict: {
    readonly accepted: boolean;
    readonly champion: number;
    readonly challenger: number;
    readonly rows: number;
    readonly reasons: readonly string[];
  } | null;
}

export interface DriftFigures {
  readonly feature: string;
  readonly shift: number;
  readonly psi: number;
  readonly secondsToAlert: number;
  readonly accuracy: number;
  readonly estimatedAccuracy: number | null;
}

export interface RetrainingFigures {
  readonly id: string;
  readonly challengerVersion: number;
  readonly championAccuracy: number;
  readonly challengerAccuracy: number;
  readonly heldOutRows: number;
  readonly rolloutId: string;
  readonly seconds: number;
}

/** Waits until every device has sent enough windows of this version, and tells their accuracy. */
export async function watchAccuracy(
  { client, narrator }: DemoContext,
  version: number,
  sinceMs: number,
  what: string,
): Promise<DeviceAccuracy> {
  const found = await waitFor(
    `${MIN_READINGS} labelled readings from ${FLEET_SIZE} devices on version ${version}`,
    () => accuracySince(client, { sinceMs, version, minReadings: MIN_READINGS, devices: FLEET_SIZE }),
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  narrator.say(`${what}: ${percent(found.accuracy)} right of ${found.readings} readings on ${found.devices} devices`);
  return found;
}

/** Moves one sensor's zero point on every device and waits for the hub to notice. */
export async function driftAndAlert(context: DemoContext, version: number): Promise<DriftFigures> {
  const { client, narrator, driftSwitch } = context;
  const shiftedMs = Date.now();
  writeFileSync(driftSwitch, '');
  narrator.say(`from now on sensor ${DRIFT.feature} reads ${DRIFT.add} too high on every device`);
  const alert = await waitFor(
    'the hub to notice the drift',
    async () => {
      const { alerts } = await client.get<{ alerts: AlertView[] }>(`/alerts?model=${DEMO_MODEL}`);
      return alerts.find((entry) => entry.kind === 'drift' && entry.version === version && entry.openedMs > shiftedMs);
    },
    { timeoutMs: 60_000, intervalMs: 250 },
  );
  narrator.say(`alert: ${alert.message}`);
  const named = alert.evidence.features.find((feature) => feature.name === DRIFT.feature);
  if (!named) throw new RigError('STAGE_FAILED', `the alert does not name sensor ${DRIFT.feature}`);
  const during = await watchAccuracy(context, version, shiftedMs + 2_000, 'accuracy with the drifted sensor');
  return {
    feature: DRIFT.feature,
    shift: DRIFT.add,
    psi: named.psi,
    secondsToAlert: (alert.openedMs - shiftedMs) / 1000,
    accuracy: during.accuracy,
    estimatedAccuracy: alert.evidence.estimatedAccuracy,
  };
}

/** Waits for the retraining that the alert started, up to the moment its challenger is on the way to the devices. */
export async function followRetraining({ client, narrator }: DemoContext): Promise<RetrainingFigures> {
  const startedMs = Date.now();
  let told = '';
  const retraining = await waitFor(
    'the challenger to be rolled out',
    async () => {
      const { retrainings } = await client.get<{ retrainings: RetrainingView[] }>(`/retrainings?model=${DEMO_MODEL}`);
      const newest = retrainings[0];
      if (newest && newest.state !== told) narrator.say(`retraining ${newest.id}: ${newest.state}`);
      told = newest?.state ?? '';
      if (newest?.state === 'refused' || newest?.state === 'failed') {
        throw new RigError('STAGE_FAILED', `retraining ${newest.state}: ${newest.reason ?? 'no reason given'}`);
      }
      return newest !== undefined && newest.rolloutId !== null && newest;
    },
    { timeoutMs: 120_000, intervalMs: 500 },
  );
  const { verdict, challengerVersion, rolloutId } = retraining;
  if (!verdict?.accepted || challengerVersion === null || rolloutId === null) {
    throw new RigError('STAGE_FAILED', `retraining ${retraining.id} has a rollout without an accepted challenger`);
  }
  narrator.say(
    `on the same ${verdict.rows} held-out rows: champion ${percent(verdict.champion)}, challenger ${percent(verdict.challenger)}`,
  );
  return {
    id: retraining.id,
    challengerVersion,
    championAccuracy: verdict.champion,
    challengerAccuracy: verdict.challenger,
    heldOutRows: verdict.rows,
    rolloutId,
    seconds: (Date.now() - startedMs) / 1000,
  };
}
