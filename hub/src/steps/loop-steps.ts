import type { Clock } from '../clock.ts';
import type { DatasetService } from '../datasets/dataset-service.ts';
import { RequestError } from '../errors.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { DriftMonitor } from '../monitoring/drift-monitor.ts';
import { decideRetraining, UNFINISHED_RETRAININGS } from '../retraining/decide-retraining.ts';
import type { AlertRecord } from '../store/alert-store.ts';
import { newId } from '../store/ids.ts';
import type { RetrainingRecord } from '../store/retraining-store.ts';
import type { Store } from '../store/store.ts';
import type { ReleaseShelf } from './release-shelf.ts';
import { RetrainingSteps } from './retraining-steps.ts';
import type { RolloutSteps } from './rollout-steps.ts';
import type { RunSteps } from './run-steps.ts';

export interface LoopStepsParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly datasets: DatasetService;
  readonly releases: ReleaseShelf;
  readonly runs: RunSteps;
  readonly rollouts: RolloutSteps;
  readonly clock: Clock;
}

/** The way back of the loop: windows -> drift -> alert -> retraining -> rollout. */
export class LoopSteps {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #monitor: DriftMonitor;
  readonly #retraining: RetrainingSteps;

  constructor(parts: LoopStepsParts) {
    const { store, clock, releases } = parts;
    this.#store = store;
    this.#clock = clock;
    this.#monitor = new DriftMonitor({
      store,
      reference: (model, version) => releases.reference(model, version),
      nowMs: () => clock.nowMs(),
    });
    this.#retraining = new RetrainingSteps(parts);
  }

  /** Watches one model and takes its retraining further. Returns the devices that must be told. */
  async advance(model: string): Promise<readonly string[]> {
    await this.#monitor.check(model);
    await this.#startWhenDue(model);
    const [active] = await this.#store.retrainings.list({ model, states: UNFINISHED_RETRAININGS });
    return active ? this.#retraining.advance(active) : [];
  }

  /** @throws RequestError NOT_FOUND for a model without a champion, CONFLICT while a retraining is in progress */
  async retrainNow(model: string, reason: string): Promise<RetrainingRecord> {
    const [active] = await this.#store.retrainings.list({ model, states: UNFINISHED_RETRAININGS });
    if (active) throw new RequestError('CONFLICT', `retraining ${active.id} of ${model} is ${active.state}`);
    const champion = (await this.#store.models.aliases(model))['champion'];
    if (champion === undefined) throw new RequestError('NOT_FOUND', `no champion of model ${model}`);
    return this.#start(model, champion, null, reason);
  }

  async #startWhenDue(model: string): Promise<void> {
    const champion = (await this.#store.models.aliases(model))['champion'];
    if (champion === undefined) return;
    const alert = (await this.#store.alerts.list({ model, state: 'open' })).find((entry) => entry.version === champion);
    const decision = decideRetraining({
      policy: await this.#store.retrainings.policy(model),
      alert,
      retrainings: await this.#store.retrainings.list({ model }),
      nowMs: this.#clock.nowMs(),
    });
    if (decision.kind === 'start' && alert) await this.#start(model, champion, alert, alert.message);
  }

  async #start(
    model: string,
    championVersion: number,
    alert: AlertRecord | null,
    reason: string,
  ): Promise<RetrainingRecord> {
    const nowMs = this.#clock.nowMs();
    const retraining: RetrainingRecord = {
      id: newId('retraining', nowMs),
      model,
      alertId: alert?.id ?? null,
      state: 'collecting',
      championVersion,
      dataset: null,
      heldOut: null,
      runId: null,
      comparisonJobId: null,
      challengerVersion: null,
      verdict: null,
      rolloutId: null,
      reason,
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    await this.#store.transaction(async (within) => {
      await within.retrainings.save(retraining);
      const message = `retraining of ${model} starts: ${reason}`;
      const detail = { retrainingId: retraining.id };
      await within.events.add({ level: 'info', kind: 'retraining.started', model, message, detail }, nowMs);
    });
    return retraining;
  }
}
