import type { StartRunRequest } from '../api/pipeline-actions.ts';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { EvaluateResultSchema, evaluateJobSpec } from '../evaluation/evaluate-job.ts';
import { gate } from '../evaluation/gate.ts';
import type { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { QuantizeResultSchema, quantizeJobSpec } from '../quantization/quantize-job.ts';
import type { Registry, VersionRequest } from '../registry/registry.ts';
import { runOrigin } from '../registry/run-origin.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { newId } from '../store/ids.ts';
import { inputSpecsOf } from '../store/input-specs.ts';
import { type JobMeaning, jobMeaningOf, type TargetSpec } from '../store/job-rows.ts';
import type { JobKind, JobRecord } from '../store/job-store.ts';
import type { ModelInputSpec } from '../store/model-rows.ts';
import { RecipeSchema } from '../store/recipe/recipe.ts';
import type { RunRecord, RunState } from '../store/run-store.ts';
import type { Store } from '../store/store.ts';
import { completeRecipe } from '../training/recipe/check-recipe.ts';
import { type TrainResult, TrainResultSchema, trainJobSpec } from '../training/train-job.ts';
import type { BaseVersions } from './base-versions.ts';
import { finalFault } from './final-fault.ts';
import { findDataset } from './find-dataset.ts';
import { readResult } from './read-result.ts';
import { searchProfiles } from './search-profiles.ts';

/** A recipe without a seed gets this one, so that the same request gives the same model. */
export const DEFAULT_SEED = 1;

export const UNFINISHED_RUNS: readonly RunState[] = ['training', 'quantizing', 'evaluating'];

type Task = TargetSpec['task'];

interface ModelShape {
  readonly inputs: readonly ModelInputSpec[];
  readonly classes: readonly string[];
  readonly meaning: JobMeaning;
}

const STATE_OF_JOB: Readonly<Partial<Record<JobKind, RunState>>> = {
  train: 'training',
  quantize: 'quantizing',
  evaluate: 'evaluating',
};

export interface RunStepsParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly registry: Registry;
  readonly bases: Pick<BaseVersions, 'resolve'>;
  readonly checkpoints: Pick<JobCheckpoints, 'drop'>;
  readonly clock: Clock;
  /** Names of all firmware profiles. */
  readonly profiles: readonly string[];
}

/** Beside what a person asks for: who is behind it, and rows to judge by. */
export interface RunOrigin {
  readonly cause: RunRecord['cause'];
  readonly heldOut: RunRecord['heldOut'];
  readonly recentFromRow: RunRecord['recentFromRow'];
}

/** Carries a run from one job to the next, until it is a version or has failed. */
export class RunSteps {
  readonly #parts: RunStepsParts;

  constructor(parts: RunStepsParts) {
    this.#parts = parts;
  }

  /** Keeps a new run and its first job. Call inside a transaction. @throws RequestError NOT_FOUND, INVALID_INPUT */
  async start(within: Store, request: Omit<StartRunRequest, 'requestedBy'>, origin: RunOrigin): Promise<RunRecord> {
    const dataset = await findDataset(within, request.dataset);
    const complete = completeRecipe(request.recipe, dataset);
    const recipe = await this.#parts.bases.resolve(within, complete.recipe);
    const nowMs = this.#parts.clock.nowMs();
    const run: RunRecord = {
      id: newId('run', nowMs),
      model: request.model,
      state: 'training',
      dataset: { name: dataset.name, version: dataset.version, digest: dataset.digest },
      heldOut: origin.heldOut,
      recentFromRow: origin.recentFromRow,
      recipe: { ...recipe },
      notes: complete.notes,
      seed: recipe.seed ?? DEFAULT_SEED,
      cause: origin.cause,
      jobId: null,
      results: {},
      version: null,
      error: null,
      createdMs: nowMs,
      updatedMs: nowMs,
    };
    const spec = trainJobSpec(run, dataset, run.heldOut);
    await this.#ensureModel(within, run, spec.target.task, request.description ?? '');
    const jobId = await this.#parts.queue.enqueue({ kind: 'train', spec }, within);
    const started = { ...run, jobId, trainJobId: jobId };
    await within.runs.add(started);
    await this.#tell(
      within,
      started,
      'info',
      `run ${run.id} of ${run.model} on ${dataset.name}@${dataset.version} started`,
    );
    return started;
  }

  /** @throws RequestError CONFLICT when versions of this model do something else */
  async #ensureModel(within: Store, { model }: RunRecord, task: Task, description: string): Promise<void> {
    await within.models.ensure({ name: model, task, description, createdMs: this.#parts.clock.nowMs() });
    const known = await within.models.find(model);
    if (known === undefined || known.task === task || known.task === 'other') return;
    if ((await within.models.listVersions(model)).length === 0) return;
    const message = `model ${model} is for ${known.task}, and this run makes one for ${task}: give it a name of its own`;
    throw new RequestError('CONFLICT', message, { details: { model, expected: known.task, got: task } });
  }

  /** Ends the run and its job. @throws RequestError NOT_FOUND; CONFLICT when it has ended already */
  async cancel(runId: string, requestedBy: string): Promise<RunRecord> {
    return this.#parts.store.transaction(async (within) => {
      const run = await within.runs.find(runId);
      if (!run) throw new RequestError('NOT_FOUND', `no run ${runId}`);
      if (!UNFINISHED_RUNS.includes(run.state)) {
        throw new RequestError('CONFLICT', `run ${runId} is ${run.state}, and only one under way can be cancelled`);
      }
      const message = `cancelled by ${requestedBy}`;
      if (run.jobId !== null) await this.#parts.queue.cancel(run.jobId, message, within);
      const error = { code: 'CANCELLED', message };
      const saved = await within.runs.save({ ...run, state: 'cancelled', error }, this.#parts.clock.nowMs());
      await this.#tell(within, saved, 'info', `run ${run.id} of ${run.model} was ${message}`, error.code);
      return saved;
    });
  }

  /**
   * Goes on with a run that failed or was cancelled: its job is tried again, from its checkpoint if it has one.
   *
   * @throws RequestError NOT_FOUND; CONFLICT when there is nothing to go on with
   */
  async resume(runId: string, requestedBy: string): Promise<RunRecord> {
    return this.#parts.store.transaction(async (within) => {
      const run = await within.runs.find(runId);
      if (!run) throw new RequestError('NOT_FOUND', `no run ${runId}`);
      const job = run.jobId === null ? undefined : await within.jobs.find(run.jobId);
      if (!job || (run.state !== 'failed' && run.state !== 'cancelled')) {
        throw new RequestError(
          'CONFLICT',
          `run ${runId} is ${run.state}, and only a failed or cancelled one can go on`,
        );
      }
      await this.#parts.queue.requeue(job.id, within);
      const state = STATE_OF_JOB[job.kind] ?? run.state;
      const saved = await within.runs.save({ ...run, state, error: null }, this.#parts.clock.nowMs());
      const { checkpoint } = job;
      const from = checkpoint ? `goes on from epoch ${checkpoint.epoch}, step ${checkpoint.step}` : 'goes on';
      const detail = { runId: run.id };
      const message = `run ${run.id} of ${run.model} ${from}, asked for by ${requestedBy}`;
      const event = { level: 'info', kind: 'run.resumed', model: run.model, message, detail } as const;
      await within.events.add(event, this.#parts.clock.nowMs());
      return saved;
    });
  }

  /** Takes the run one step further when its job has ended; looking again without news changes nothing. */
  async advance(runId: string): Promise<RunRecord | undefined> {
    const { store } = this.#parts;
    const run = await store.runs.find(runId);
    if (!run || run.jobId === null || !UNFINISHED_RUNS.includes(run.state)) return run;
    const job = await store.jobs.find(run.jobId);
    if (job?.state === 'failed' || job?.state === 'cancelled') return this.#fail(run, job);
    if (job?.state !== 'done') return run;
    try {
      return await this.#next(run, job);
    } catch (error) {
      const fault = finalFault(error);
      if (!fault) throw error;
      return this.#end(run, 'failed', fault);
    }
  }

  async #next(run: RunRecord, job: JobRecord): Promise<RunRecord> {
    switch (run.state) {
      case 'training':
        return this.#quantize(run, job);
      case 'quantizing':
        return this.#evaluate(run, job);
      default:
        return this.#publish(run, job);
    }
  }

  async #quantize(run: RunRecord, job: JobRecord): Promise<RunRecord> {
    const train = readResult(job, TrainResultSchema);
    // Before the run goes on: a hub that is killed in between drops it again.
    await this.#parts.checkpoints.drop(job.id);
    const { inputs, meaning } = shapeOf(train, job);
    const trained = { digest: train.floatModel.digest, inputs, meaning };
    return this.#pass({ ...run, state: 'quantizing', results: { train } }, 'quantize', async (dataset, within) => {
      const champion = (await within.models.aliases(run.model))['champion'];
      const before = champion === undefined ? undefined : await within.models.findVersion(run.model, champion);
      const profiles = await searchProfiles(within, this.#parts.profiles);
      return quantizeJobSpec(run, dataset, trained, { profiles, before });
    });
  }

  async #evaluate(run: RunRecord, job: JobRecord): Promise<RunRecord> {
    const quantize = readResult(job, QuantizeResultSchema);
    const shape = shapeOf(TrainResultSchema.parse(run.results.train), job);
    const forms = quantize.variants.map(({ name, digest }) => ({ name, digest }));
    const results = { ...run.results, quantize };
    return this.#pass({ ...run, state: 'evaluating', results }, 'evaluate', async (dataset) =>
      evaluateJobSpec(run, dataset, { forms, ...shape }, run.heldOut),
    );
  }

  async #publish(run: RunRecord, job: JobRecord): Promise<RunRecord> {
    const { store, registry } = this.#parts;
    const request = versionRequest(run, job, (await store.models.aliases(run.model))['champion'] ?? null);
    const { gate: rules, anomaly } = RecipeSchema.parse(run.recipe);
    const { classes } = request.signature;
    const verdict = gate(request.evaluation, rules, { classes, falseAlarmShare: 1 - anomaly.quantile });
    if (!verdict.accepted) {
      return this.#end(run, 'refused', { code: 'GATE_REFUSED', message: verdict.reasons.join('; ') });
    }
    const prepared = await registry.prepare(request);
    return store.transaction(async (within) => {
      const version = await registry.publish(within, prepared);
      const evaluate = readResult(job, EvaluateResultSchema);
      const done = { ...run, state: 'done' as const, version: version.version, results: { ...run.results, evaluate } };
      const saved = await within.runs.save(done, this.#parts.clock.nowMs());
      await this.#tell(within, saved, 'info', `run ${run.id} became ${run.model}@${version.version}`);
      return saved;
    });
  }

  /** Saves the run in its new state together with the job of that state. */
  async #pass(
    run: RunRecord,
    kind: JobKind,
    specOf: (dataset: DatasetRecord, within: Store) => Promise<unknown>,
  ): Promise<RunRecord> {
    return this.#parts.store.transaction(async (within) => {
      const spec = await specOf(await findDataset(within, run.dataset), within);
      const jobId = await this.#parts.queue.enqueue({ kind, spec }, within);
      return within.runs.save({ ...run, jobId }, this.#parts.clock.nowMs());
    });
  }

  async #fail(run: RunRecord, job: JobRecord): Promise<RunRecord> {
    const error = job.error ?? { code: 'JOB_FAILED', message: `job ${job.id} was ${job.state}` };
    const { checkpoint } = job;
    const kept =
      checkpoint === null ? '' : `; the checkpoint of epoch ${checkpoint.epoch}, step ${checkpoint.step} is kept`;
    return this.#end(run, 'failed', { code: error.code, message: `${job.kind}: ${error.message}${kept}` });
  }

  async #end(run: RunRecord, state: 'failed' | 'refused', error: NonNullable<RunRecord['error']>): Promise<RunRecord> {
    return this.#parts.store.transaction(async (within) => {
      const saved = await within.runs.save({ ...run, state, error }, this.#parts.clock.nowMs());
      await this.#tell(within, saved, 'error', `run ${run.id} of ${run.model} ${state}: ${error.message}`, error.code);
      return saved;
    });
  }

  async #tell(within: Store, run: RunRecord, level: 'info' | 'error', message: string, code?: string): Promise<void> {
    const kind = `run.${run.state === 'training' ? 'started' : run.state}`;
    const event = { level, kind, model: run.model, code: code ?? null, message, detail: { runId: run.id } };
    await within.events.add(event, this.#parts.clock.nowMs());
  }
}

function versionRequest(run: RunRecord, job: JobRecord, parentVersion: number | null): VersionRequest {
  const train = TrainResultSchema.parse(run.results.train);
  const { variants, report = null } = QuantizeResultSchema.parse(run.results.quantize);
  const { reports } = readResult(job, EvaluateResultSchema);
  const evaluation = reports.find((report) => report.ref === 'float32')?.metrics;
  if (!evaluation) throw new RequestError('DATA_INVALID', `evaluation of run ${run.id} must report float32, got none`);
  const { engine, worker } = train.trainingRecord;
  const { signature, reference } = train;
  const origin = runOrigin(run, { worker, engine, parentVersion });
  return { model: run.model, origin, signature, reference, variants, quantization: report, evaluation };
}

/** What the model of a run reads and says. @param job any job of the run */
function shapeOf({ signature }: Pick<TrainResult, 'signature'>, job: JobRecord): ModelShape {
  const { classes } = signature;
  return { inputs: inputSpecsOf(signature), classes, meaning: jobMeaningOf(job.spec, classes) };
}
