import type { DatasetService } from '../datasets/dataset-service.ts';
import { InternalError, RequestError } from '../errors.ts';
import type { EvaluatedModel } from '../evaluation/evaluate-job.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { inputSpecsOf } from '../store/input-specs.ts';
import { type JobMeaning, jobMeaningOf } from '../store/job-rows.ts';
import type { VersionRecord } from '../store/model-store.ts';
import type { RetrainingRecord } from '../store/retraining-store.ts';
import type { RunRecord } from '../store/run-store.ts';
import type { Store } from '../store/store.ts';
import { TrainResultSchema } from '../training/train-job.ts';

/** The version to beat, with the run and the data it came from. */
export interface Champion {
  readonly version: VersionRecord;
  readonly run: RunRecord;
  readonly dataset: DatasetRecord;
  /** What it says, and of what rows. */
  readonly meaning: JobMeaning;
  readonly heldOut: DatasetRecord | null;
}

interface ChampionParts {
  readonly store: Store;
  readonly datasets: Pick<DatasetService, 'find'>;
}

/** What a retraining starts from. @throws RequestError NOT_FOUND */
export async function findChampion(
  { store, datasets }: ChampionParts,
  retraining: RetrainingRecord,
): Promise<Champion> {
  const version = await store.models.findVersion(retraining.model, retraining.championVersion);
  const run = version?.lineage && (await store.runs.find(version.lineage.runId));
  if (!version || !run) {
    throw new RequestError('NOT_FOUND', `no run of ${retraining.model}@${retraining.championVersion}`);
  }
  const dataset = await datasets.find(run.dataset.name, run.dataset.version);
  const job = run.jobId === null ? undefined : await store.jobs.find(run.jobId);
  if (!job) throw new InternalError(`run ${run.id} has no job`);
  const meaning = jobMeaningOf(job.spec, version.classes);
  const heldOut = run.heldOut && (await datasets.find(run.heldOut.name, run.heldOut.version));
  return { version, run, dataset, meaning, heldOut };
}

/** The float form: both sides are compared before any loss by quantization, which has a gate of its own. */
export async function evaluatedModel(store: Store, model: string, version: number): Promise<EvaluatedModel> {
  const record = await store.models.findVersion(model, version);
  const float = record?.variants.find((variant) => variant.name === 'float32');
  if (!record || !float) throw new RequestError('NOT_FOUND', `no float form of ${model}@${version}`);
  const run = record.lineage && (await store.runs.find(record.lineage.runId));
  if (!run) throw new RequestError('NOT_FOUND', `no run of ${model}@${version}`);
  const { signature } = TrainResultSchema.parse(run.results.train);
  return {
    ref: `${model}@${version}`,
    digest: float.digest,
    inputs: inputSpecsOf(signature),
    classes: [...record.classes],
  };
}
