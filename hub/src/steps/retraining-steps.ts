import type { Clock } from '../clock.ts';
import type { DatasetService } from '../datasets/dataset-service.ts';
import { makeRetrainingData } from '../datasets/retraining-data.ts';
import { InternalError, RequestError } from '../errors.ts';
import { judgeChallenger } from '../evaluation/compare-models.ts';
import { comparisonJobSpec, EvaluateResultSchema } from '../evaluation/evaluate-job.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { whyCalledOff } from '../retraining/decide-retraining.ts';
import { DEFAULT_RETRAINING_POLICY } from '../retraining/retraining-policy.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import type { RetrainingPolicy, RetrainingRecord } from '../store/retraining-store.ts';
import type { SampleRecord } from '../store/sample-store.ts';
import type { Store } from '../store/store.ts';
import { type Champion, evaluatedModel, findChampion } from './champion.ts';
import { finalFault } from './final-fault.ts';
import { readResult } from './read-result.ts';
import type { RolloutSteps } from './rollout-steps.ts';
import type { RunSteps } from './run-steps.ts';

/** Most samples one retraining looks at, the newest. */
const MOST_SAMPLES = 200_000;

export interface RetrainingStepsParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly datasets: DatasetService;
  readonly runs: RunSteps;
  readonly rollouts: RolloutSteps;
  readonly clock: Clock;
}

/** Carries a retraining from samples to a challenger, and the challenger to the devices when it is better. */
export class RetrainingSteps {
  readonly #parts: RetrainingStepsParts;

  constructor(parts: RetrainingStepsParts) {
    this.#parts = parts;
  }

  /**
   * Takes the retraining one step further when what it waits for is there; looking again without news changes
   * nothing. Returns the devices that must be told.
   */
  async advance(retraining: RetrainingRecord): Promise<readonly string[]> {
    try {
      return await this.#step(retraining);
    } catch (error) {
      const fault = finalFault(error);
      if (!fault) throw error;
      await this.#end(retraining, 'failed', fault.message);
      return [];
    }
  }

  async #step(retraining: RetrainingRecord): Promise<readonly string[]> {
    const { store } = this.#parts;
    const policy = (await store.retrainings.policy(retraining.model)) ?? DEFAULT_RETRAINING_POLICY;
    const calledOff = whyCalledOff(retraining, {
      championVersion: (await store.models.aliases(retraining.model))['champion'],
      alert: retraining.alertId === null ? undefined : await store.alerts.find(retraining.alertId),
    });
    if (calledOff !== undefined) {
      await this.#end(retraining, retraining.state === 'collecting' ? 'done' : 'failed', calledOff);
      return [];
    }
    switch (retraining.state) {
      case 'collecting':
        await this.#collect(retraining, policy);
        return [];
      case 'training':
        await this.#awaitRun(retraining);
        return [];
      case 'comparing':
        return this.#judge(retraining, policy);
      case 'rolling-out':
        await this.#awaitRollout(retraining);
        return [];
      default:
        return [];
    }
  }

  async #collect(retraining: RetrainingRecord, policy: RetrainingPolicy): Promise<void> {
    const { store } = this.#parts;
    const sinceMs = await this.#samplesSince(retraining, policy);
    const filter = { model: retraining.model, sinceMs, labelled: true };
    if ((await store.samples.count(filter)) < policy.when.minLabelled) return;
    const champion = await findChampion(this.#parts, retraining);
    const samples = await store.samples.list({ ...filter, limit: MOST_SAMPLES });
    const { training, heldOut, recentFromRow } = await this.#makeData(champion, samples, policy);
    await store.transaction(async (within) => {
      const { recipe } = champion.run;
      const request = { model: retraining.model, dataset: { name: training.name, version: training.version }, recipe };
      const { name, version, digest } = heldOut;
      const run = await this.#parts.runs.start(within, request, {
        cause: { kind: 'retraining', ref: retraining.id },
        heldOut: { name, version, digest },
        recentFromRow,
      });
      await this.#save(within, {
        ...retraining,
        state: 'training',
        dataset: { name: training.name, version: training.version },
        heldOut: { name, version },
        runId: run.id,
        reason: `${samples.length} labelled samples from devices and ${champion.dataset.name}@${champion.dataset.version}`,
      });
    });
  }

  /**
   * Samples that came in after the first check of the streak that opened the alert: all of them are from the world as
   * it is now. None is older than the policy allows.
   */
  async #samplesSince({ alertId, model }: RetrainingRecord, policy: RetrainingPolicy): Promise<number> {
    const { store, clock } = this.#parts;
    const oldestMs = clock.nowMs() - policy.data.lastMs;
    const alert = alertId === null ? undefined : await store.alerts.find(alertId);
    if (!alert) return oldestMs;
    const { version, evidence, checks: limit } = alert;
    const streak = await store.alerts.checks(model, { version, untilMs: evidence.atMs, limit });
    return Math.max(oldestMs, streak.at(-1)?.atMs ?? oldestMs);
  }

  #makeData(
    champion: Champion,
    samples: readonly SampleRecord[],
    policy: RetrainingPolicy,
  ): ReturnType<typeof makeRetrainingData> {
    const { version, run, dataset, meaning, heldOut } = champion;
    const recipe = RecipeSchema.parse(run.recipe);
    const devices = new Set(samples.map((sample) => sample.deviceId)).size;
    return makeRetrainingData(this.#parts.datasets, {
      base: dataset,
      meaning,
      baseHeldOut: heldOut,
      split: { seed: recipe.seed ?? run.seed, shares: recipe.split },
      samples,
      heldOutShare: policy.data.heldOutShare,
      origin: `${samples.length} samples of ${version.model} from ${devices} devices`,
    });
  }

  async #awaitRun(retraining: RetrainingRecord): Promise<void> {
    const { store, datasets, queue } = this.#parts;
    const run = retraining.runId === null ? undefined : await store.runs.find(retraining.runId);
    if (run?.state === 'failed' || run?.state === 'refused') {
      await this.#end(retraining, run.state, run.error?.message ?? `run ${run.id} ${run.state}`);
      return;
    }
    if (run?.state === 'cancelled') {
      await this.#end(retraining, 'failed', `run ${run.id} was ${run.error?.message ?? run.state}`);
      return;
    }
    if (run?.state !== 'done' || run.version === null || retraining.heldOut === null) return;
    const challengerVersion = run.version;
    const rows = await datasets.find(retraining.heldOut.name, retraining.heldOut.version);
    const champion = await evaluatedModel(store, retraining.model, retraining.championVersion);
    const { meaning } = await findChampion(this.#parts, retraining);
    const challenger = await evaluatedModel(store, retraining.model, challengerVersion);
    await store.transaction(async (within) => {
      const spec = comparisonJobSpec(champion, challenger, rows, meaning);
      const comparisonJobId = await queue.enqueue({ kind: 'evaluate', spec }, within);
      await this.#save(within, { ...retraining, state: 'comparing', challengerVersion, comparisonJobId });
    });
  }

  async #judge(retraining: RetrainingRecord, policy: RetrainingPolicy): Promise<readonly string[]> {
    const { store } = this.#parts;
    const job = retraining.comparisonJobId === null ? undefined : await store.jobs.find(retraining.comparisonJobId);
    if (job?.state === 'failed' || job?.state === 'cancelled') {
      await this.#end(retraining, 'failed', `comparison: ${job.error?.message ?? job.state}`);
      return [];
    }
    if (job?.state !== 'done') return [];
    const { comparison } = readResult(job, EvaluateResultSchema);
    if (!comparison) throw new InternalError(`comparison job ${job.id} gave no comparison`);
    const verdict = judgeChallenger(comparison, policy.accept.minGain);
    const judged = { ...retraining, verdict };
    if (!verdict.accepted) {
      await this.#refuse(judged, verdict.reasons.join('; '));
      return [];
    }
    if (policy.then === null) {
      await this.#end(judged, 'done', 'the challenger is better and waits for a person to roll it out');
      return [];
    }
    return this.#rollOut(judged, policy.then);
  }

  async #rollOut(
    retraining: RetrainingRecord,
    plan: NonNullable<RetrainingPolicy['then']>,
  ): Promise<readonly string[]> {
    const { store, rollouts } = this.#parts;
    const version = retraining.challengerVersion;
    if (version === null) throw new InternalError(`retraining ${retraining.id} was judged without a challenger`);
    // A hub that was killed right after the start finds the rollout by its cause.
    const started = (await store.rollouts.list({ model: retraining.model })).find(
      ({ cause }) => cause.kind === 'retraining' && cause.ref === retraining.id,
    );
    const cause = { kind: 'retraining', ref: retraining.id } as const;
    const change = started
      ? { rollout: started, deviceIds: [] }
      : await rollouts.start({ model: retraining.model, version, plan, cause }).catch(ignoreConflict);
    if (!change) return [];
    await store.transaction((within) =>
      this.#save(within, { ...retraining, state: 'rolling-out', rolloutId: change.rollout.id }),
    );
    return change.deviceIds;
  }

  async #awaitRollout(retraining: RetrainingRecord): Promise<void> {
    const { rolloutId } = retraining;
    const rollout = rolloutId === null ? undefined : await this.#parts.store.rollouts.find(rolloutId);
    if (rollout?.state === 'done') {
      await this.#end(retraining, 'done', `version ${rollout.version} is the champion`);
    } else if (rollout?.state === 'rolled-back' || rollout?.state === 'aborted') {
      await this.#end(retraining, 'failed', `rollout ${rollout.state}: ${rollout.reason ?? 'no reason given'}`);
    }
  }

  /** A challenger that is not better challenges nobody any more. */
  async #refuse(retraining: RetrainingRecord, reason: string): Promise<void> {
    const { store, clock } = this.#parts;
    await store.transaction(async (within) => {
      const aliases = await within.models.aliases(retraining.model);
      if (aliases['challenger'] === retraining.challengerVersion) {
        const move = {
          alias: 'challenger',
          toVersion: null,
          cause: `retraining ${retraining.id}`,
          atMs: clock.nowMs(),
        };
        await within.models.moveAlias(retraining.model, move);
      }
      await this.#save(within, { ...retraining, state: 'refused', reason });
    });
  }

  async #end(retraining: RetrainingRecord, state: 'done' | 'failed' | 'refused', reason: string): Promise<void> {
    await this.#parts.store.transaction((within) => this.#save(within, { ...retraining, state, reason }));
  }

  async #save(within: Store, retraining: RetrainingRecord): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    const { id, model, state, reason, verdict } = retraining;
    await within.retrainings.save({ ...retraining, updatedMs: nowMs });
    const message = `retraining of ${model} is ${state}${reason === null ? '' : `: ${reason}`}`;
    const level = state === 'failed' ? 'warning' : 'info';
    const detail = { retrainingId: id, ...(verdict === null ? {} : { verdict }) };
    await within.events.add({ level, kind: `retraining.${state}`, model, message, detail }, nowMs);
  }
}

/** Another rollout has the devices; the next tick tries again. */
function ignoreConflict(error: unknown): undefined {
  if (error instanceof RequestError && error.code === 'CONFLICT') return undefined;
  throw error;
}
