import type { ModelSignature } from '@edgeloop/protocol';
import type { QuantizationWish } from '../api/pipeline-actions.ts';
import { InternalError, RequestError } from '../errors.ts';
import {
  type AgreementSpec,
  agreementJobSpec,
  type QuantizeSpec,
  quantizeJobSpec,
} from '../quantization/quantize-job.ts';
import type { CalibrationMapping } from '../store/calibration-mapping.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import { floatFileOf } from '../store/float-file.ts';
import { inputSpecsOf } from '../store/input-specs.ts';
import { jobMeaningOf } from '../store/job-rows.ts';
import type { TrainedVersion, UploadedVersion, VersionRecord } from '../store/model-store.ts';
import type { QuantizationRecord } from '../store/quantization-store.ts';
import { type QuantizationGoals, QuantizationGoalsSchema, RecipeSchema } from '../store/recipe/recipe.ts';
import type { Store } from '../store/store.ts';
import type { UploadCalibration } from '../store/upload-store.ts';
import { findDataset } from './find-dataset.ts';

/** Columns that a message names. */
const MOST_COLUMNS = 10;

export interface QuantizationRequest extends Pick<QuantizationWish, 'goals' | 'calibration'> {
  readonly profiles: readonly string[];
  /** Of a version with a release. */
  readonly signature: ModelSignature | undefined;
}

export interface QuantizationJob {
  readonly spec: QuantizeSpec | AgreementSpec;
  readonly goals: QuantizationGoals;
  readonly dataset: QuantizationRecord['dataset'];
}

/**
 * The job that looks for smaller forms of a version: one of the hub is judged by the rows it was made from, an uploaded
 * one by how far its forms agree with it.
 *
 * @throws RequestError NOT_FOUND for data that is not there, INVALID_INPUT, CONFLICT
 */
export async function planQuantizationJob(
  within: Store,
  version: VersionRecord,
  request: QuantizationRequest,
): Promise<QuantizationJob> {
  return version.origin === 'run' ? trainedJob(within, version, request) : uploadedJob(within, version, request);
}

/** Goals with what is said in the place of the usual ones; a size in bytes as a share of the float file. */
export function chosenGoals(
  usual: QuantizationGoals,
  said: QuantizationWish['goals'],
  floatBytes: number,
): QuantizationGoals {
  const { maxSizeBytes, ...shares } = said ?? {};
  const bySize = maxSizeBytes === undefined ? {} : { maxSizeShare: Math.min(1, maxSizeBytes / floatBytes) };
  return QuantizationGoalsSchema.parse({ ...usual, ...shares, ...bySize });
}

/** The rows that an uploaded model is calibrated by, in full. @throws RequestError NOT_FOUND, INVALID_INPUT */
export async function resolveCalibration(
  within: Store,
  calibration: QuantizationWish['calibration'],
): Promise<UploadCalibration | null> {
  if (calibration === undefined) return null;
  const dataset = await findDataset(within, calibration.dataset);
  const { name, version, digest } = dataset;
  requireColumns(dataset, calibration.mapping?.columns ?? []);
  requirePixels(dataset, calibration.mapping ?? {});
  return { dataset: { name, version, digest }, mapping: calibration.mapping ?? {} };
}

/** A misspelt name is no reason to do without the rows. */
function requireColumns({ name, version, columns }: DatasetRecord, wanted: readonly string[]): void {
  const known = columns.map((column) => column.name);
  const unknown = wanted.filter((column) => !known.includes(column));
  if (unknown.length === 0) return;
  const others = known.length > MOST_COLUMNS ? ` and ${known.length - MOST_COLUMNS} more` : '';
  const message = `calibration: ${name}@${version} has no column ${unknown.join(', ')}; it has ${known.slice(0, MOST_COLUMNS).join(', ')}${others}`;
  throw new RequestError('INVALID_INPUT', message, { details: { unknown } });
}

/** Images that the columns cannot be are known before a worker reads the rows. */
function requirePixels(
  { name, version, columns, label }: DatasetRecord,
  { columns: named, image }: CalibrationMapping,
): void {
  const usable = columns.filter((column) => (named ? named.includes(column.name) : column.name !== label));
  if (image === undefined || usable.some(({ kind }) => kind === 'image')) return;
  const got = named?.length ?? usable.filter(({ kind }) => kind === 'number').length;
  const pixels = image.height * image.width * image.channels;
  if (got === pixels) return;
  const message = `calibration: image must have one column of ${name}@${version} a pixel: expected ${pixels}, got ${got}`;
  throw new RequestError('INVALID_INPUT', message, { details: { expected: pixels, got } });
}

async function trainedJob(
  within: Store,
  version: TrainedVersion,
  { profiles, goals: said, calibration, signature }: QuantizationRequest,
): Promise<QuantizationJob> {
  const name = `${version.model}@${version.version}`;
  if (calibration !== undefined) {
    const message = `calibration: ${name} is judged by the data set it was trained on, and takes no other`;
    throw new RequestError('INVALID_INPUT', message);
  }
  const run = await within.runs.find(version.lineage.runId);
  const job = run?.jobId ? await within.jobs.find(run.jobId) : undefined;
  const float = floatFileOf(version);
  if (!run || !job || !float || !signature) {
    throw new InternalError(`version ${name} has no run, no job, no float form or no signature`);
  }
  const { name: dataset, version: number, digest } = await findDataset(within, run.dataset);
  const goals = chosenGoals(RecipeSchema.parse(run.recipe).quantization, said, float.sizeBytes);
  const inputs = inputSpecsOf(signature);
  const trained = { digest: float.digest, inputs, meaning: jobMeaningOf(job.spec, version.classes) };
  const spec = quantizeJobSpec(run, { digest }, trained, { profiles, goals, before: version });
  return { spec, goals, dataset: { name: dataset, version: number, digest } };
}

async function uploadedJob(
  within: Store,
  version: UploadedVersion,
  { profiles, goals: said, calibration }: QuantizationRequest,
): Promise<QuantizationJob> {
  const goals = chosenGoals(QuantizationGoalsSchema.parse({}), said, version.upload.sizeBytes);
  const rows = await resolveCalibration(within, calibration);
  const spec = await uploadSpec(within, version.upload, version.model, rows, { profiles, goals, before: version });
  return { spec, goals, dataset: rows?.dataset ?? null };
}

/** The job for the file of an upload. */
export async function uploadSpec(
  within: Store,
  { digest }: { readonly digest: string },
  model: string,
  calibration: {
    readonly dataset: { readonly name: string; readonly version: number };
    readonly mapping: CalibrationMapping;
  } | null,
  search: Parameters<typeof agreementJobSpec>[2],
): Promise<AgreementSpec> {
  const dataset = calibration && (await findDataset(within, calibration.dataset));
  const rows = calibration && dataset ? { dataset, mapping: calibration.mapping } : null;
  return agreementJobSpec({ model, digest }, rows, search);
}
