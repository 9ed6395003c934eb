import type { Reference } from '@edgeloop/protocol';
import type { AlertRecord, DriftCheckRecord } from '../store/alert-store.ts';
import { newId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { checkDrift } from './check-drift.ts';
import { DEFAULT_DRIFT_CHECKS, decideAlert } from './decide-alert.ts';

/** Fewer readings say too little, even with a bound for chance. */
export const DEFAULT_MIN_READINGS = 300;
/** Ingest stamps a window when it comes in and commits it a moment later; by then it must be countable. */
const SETTLE_MS = 1_000;
/** Most windows one check looks at, the newest: after a flood what is now matters more than what was. */
const MOST_WINDOWS = 5_000;

export interface DriftMonitorParts {
  readonly store: Store;
  readonly minReadings?: number | undefined;
  reference(model: string, version: number): Promise<Reference>;
  nowMs(): number;
}

/** Watches the versions that devices should run: one drift check whenever enough readings have come in. */
export class DriftMonitor {
  readonly #parts: DriftMonitorParts;

  constructor(parts: DriftMonitorParts) {
    this.#parts = parts;
  }

  /** Checks every live version of the model and opens or resolves alerts. What it did is in the store, nowhere else. */
  async check(model: string): Promise<void> {
    const { store } = this.#parts;
    const live = new Set((await store.devices.desiredSlotsOfModel(model)).map((slot) => slot.version));
    for (const version of live) await this.#checkVersion(model, version);
    await this.#resolveReplaced(model, live);
  }

  async #checkVersion(model: string, version: number): Promise<void> {
    const { store } = this.#parts;
    const toMs = this.#parts.nowMs() - SETTLE_MS;
    const [last] = await store.alerts.checks(model, { version, limit: 1 });
    // Windows are taken by the time they were received, each once: from the last check's time up to this one's, exclusively.
    const range = { model, version, fromMs: last?.atMs ?? 0, toMs };
    if ((await store.telemetry.readings(range)) < (this.#parts.minReadings ?? DEFAULT_MIN_READINGS)) return;
    const windows = await store.telemetry.windows({ ...range, limit: MOST_WINDOWS });
    const reference = await this.#parts.reference(model, version);
    const check = checkDrift({ model, version, windows, reference, atMs: toMs });
    await store.transaction((within) => this.#keep(within, check, accuracyOf(reference), this.#parts.nowMs()));
  }

  async #keep(within: Store, check: DriftCheckRecord, referenceAccuracy: number | null, nowMs: number): Promise<void> {
    const { model, version } = check;
    await within.alerts.addCheck(check);
    const policy = await within.retrainings.policy(model);
    const driftChecks = policy?.when.driftChecks ?? DEFAULT_DRIFT_CHECKS;
    const checks = await within.alerts.checks(model, { version, limit: driftChecks });
    const alerts = (await within.alerts.list({ model })).filter(
      (alert) => alert.kind === 'drift' && alert.version === version,
    );
    const open = alerts.find((alert) => alert.state === 'open');
    const rule = { driftChecks, referenceAccuracy, lastResolvedMs: alerts[0]?.resolvedMs ?? null };
    const decision = decideAlert(checks, open, rule);
    if (decision.kind === 'open') {
      const { message, evidence } = decision;
      const alert: AlertRecord = {
        id: newId('alert', nowMs),
        model,
        version,
        kind: 'drift',
        state: 'open',
        message,
        checks: rule.driftChecks,
        evidence,
        openedMs: nowMs,
        resolvedMs: null,
        resolution: null,
      };
      await within.alerts.save(alert, nowMs);
      const detail = { alertId: alert.id, features: evidence.features.slice(0, 5) };
      await within.events.add({ level: 'warning', kind: 'drift.alert', model, message, detail }, nowMs);
    }
    if (decision.kind === 'resolve' && open) await resolve(within, open, decision.resolution, nowMs);
  }

  /** Nobody can do anything about the drift of a version that no device should run any more. */
  async #resolveReplaced(model: string, live: ReadonlySet<number>): Promise<void> {
    const { store } = this.#parts;
    const over = (await store.alerts.list({ model, state: 'open' })).filter((alert) => !live.has(alert.version));
    if (over.length === 0) return;
    const nowMs = this.#parts.nowMs();
    await store.transaction(async (within) => {
      for (const alert of over) await resolve(within, alert, `version ${alert.version} was replaced`, nowMs);
    });
  }
}

/** The reference of a model that does not classify has no classes, and no accuracy. */
function accuracyOf({ predictedClasses, accuracy }: Reference): number | null {
  return predictedClasses.length === 0 ? null : accuracy;
}

async function resolve(within: Store, alert: AlertRecord, resolution: string, nowMs: number): Promise<void> {
  await within.alerts.save({ ...alert, state: 'resolved', resolvedMs: nowMs, resolution }, nowMs);
  const message = `alert about ${alert.model}@${alert.version} is resolved: ${resolution}`;
  const detail = { alertId: alert.id };
  await within.events.add({ level: 'info', kind: 'drift.resolved', model: alert.model, message, detail }, nowMs);
}
