import type { StartedUpload, StartUploadRequest } from '../api/pipeline-actions.ts';
import type { Clock } from '../clock.ts';
import { InternalError, RequestError } from '../errors.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { AgreementResultSchema } from '../quantization/quantize-job.ts';
import { checkModelFile } from '../registry/check-model-file.ts';
import { InspectResultSchema, inspectJobSpec } from '../registry/inspect-job.ts';
import type { Registry, UploadFindings } from '../registry/registry.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { newId } from '../store/ids.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { ModelInspection } from '../store/model-inspection.ts';
import { QuantizationGoalsSchema } from '../store/recipe/recipe.ts';
import type { Store } from '../store/store.ts';
import type { UploadRecord, UploadState } from '../store/upload-store.ts';
import { finalFault } from './final-fault.ts';
import { jobFailure } from './job-failure.ts';
import { resolveCalibration, uploadSpec } from './plan-quantization-job.ts';
import { readResult } from './read-result.ts';
import { searchProfiles } from './search-profiles.ts';

export const UNFINISHED_UPLOADS: readonly UploadState[] = ['inspecting', 'quantizing'];

export interface UploadStepsParts {
  readonly store: Store;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly queue: JobQueue;
  readonly registry: Registry;
  readonly clock: Clock;
  /** Names of all firmware profiles. */
  readonly profiles: readonly string[];
}

/** Carries a model file from its blob to a version, or to the reason why it is none. */
export class UploadSteps {
  readonly #parts: UploadStepsParts;

  constructor(parts: UploadStepsParts) {
    this.#parts = parts;
  }

  /** @throws OutsideError MODEL_INVALID with every reason; RequestError NOT_FOUND when there is no such blob */
  async check(digest: string): Promise<void> {
    checkModelFile(await this.#parts.blobs.get(digest));
  }

  /**
   * Keeps a new upload, whose file is a blob already, and its job. The same file for the same model once more gives the
   * upload that is there.
   */
  async start(request: StartUploadRequest): Promise<StartedUpload> {
    const { store, queue, clock } = this.#parts;
    return store.transaction(async (within) => {
      const { model, digest, fileName } = request;
      const [known] = await within.uploads.list({ model, digest, states: [...UNFINISHED_UPLOADS, 'done'] });
      if (known) return { upload: known, isNew: false };
      const nowMs = clock.nowMs();
      const upload: UploadRecord = {
        ...request,
        id: newId('upload', nowMs),
        state: 'inspecting',
        calibration: await resolveCalibration(within, request.calibration),
        jobId: null,
        inspection: null,
        version: null,
        error: null,
        createdMs: nowMs,
        updatedMs: nowMs,
      };
      const jobId = await queue.enqueue({ kind: 'inspect', spec: inspectJobSpec(upload) }, within);
      const started = { ...upload, jobId };
      await within.uploads.add(started);
      await this.#tell(
        within,
        started,
        'info',
        `${upload.id} of ${model} (${fileName}) by ${request.requestedBy} started`,
      );
      return { upload: started, isNew: true };
    });
  }

  /**
   * Ends the step of an upload that is under way; its worker stops within seconds. A file that was inspected already
   * becomes a version without smaller forms.
   *
   * @throws RequestError NOT_FOUND; CONFLICT when it has ended already
   */
  async cancel(id: string, requestedBy: string): Promise<UploadRecord> {
    const upload = await this.#parts.store.uploads.find(id);
    if (!upload) throw new RequestError('NOT_FOUND', `no upload ${id}`);
    const { state, jobId } = upload;
    if (!UNFINISHED_UPLOADS.includes(state) || jobId === null) {
      throw new RequestError('CONFLICT', `${id} is ${state}, and only one that is under way can be cancelled`);
    }
    await this.#parts.queue.cancel(jobId, `cancelled by ${requestedBy}`);
    return (await this.advance(id)) ?? upload;
  }

  /** Takes the upload further when its job has ended; looking again without news changes nothing. */
  async advance(id: string): Promise<UploadRecord | undefined> {
    const { store } = this.#parts;
    const upload = await store.uploads.find(id);
    if (!upload || upload.jobId === null || !UNFINISHED_UPLOADS.includes(upload.state)) return upload;
    const job = await store.jobs.find(upload.jobId);
    if (!job || job.state === 'queued' || job.state === 'leased') return upload;
    try {
      return upload.state === 'inspecting' ? await this.#inspected(upload, job) : await this.#quantized(upload, job);
    } catch (error) {
      const fault = finalFault(error);
      if (!fault) throw error;
      return this.#end(upload, fault);
    }
  }

  async #inspected(upload: UploadRecord, job: JobRecord): Promise<UploadRecord> {
    if (job.state !== 'done') return this.#end(upload, jobFailure(job));
    const { inspection } = readResult(job, InspectResultSchema);
    if (upload.quantize) return this.#quantize(upload, inspection);
    return this.#publish(upload, { inspection, ...NOTHING_FOUND, unquantized: 'not asked for' });
  }

  async #quantize(upload: UploadRecord, inspection: ModelInspection): Promise<UploadRecord> {
    const { store, queue, profiles: library, clock } = this.#parts;
    return store.transaction(async (within) => {
      const profiles = await searchProfiles(within, library);
      const search = { profiles, goals: QuantizationGoalsSchema.parse({}), before: undefined };
      const spec = await uploadSpec(within, upload, upload.model, upload.calibration ?? null, search);
      const jobId = await queue.enqueue({ kind: 'quantize', spec }, within);
      return within.uploads.save({ ...upload, state: 'quantizing', jobId, inspection }, clock.nowMs());
    });
  }

  /** A model is a version also when no smaller form of it could be looked for. */
  async #quantized(upload: UploadRecord, job: JobRecord): Promise<UploadRecord> {
    const { inspection } = upload;
    if (!inspection) throw new InternalError(`upload ${upload.id} is quantized without having been inspected`);
    if (job.state !== 'done') {
      return this.#publish(upload, { inspection, ...NOTHING_FOUND, unquantized: jobFailure(job).message });
    }
    const { variants, report } = readResult(job, AgreementResultSchema);
    return this.#publish(upload, { inspection, variants, quantization: report });
  }

  async #publish(upload: UploadRecord, found: UploadFindings): Promise<UploadRecord> {
    return this.#parts.store.transaction(async (within) => {
      const { version } = await this.#parts.registry.addUpload(within, upload, found);
      const done = { ...upload, state: 'done' as const, version, inspection: null };
      const saved = await within.uploads.save(done, this.#parts.clock.nowMs());
      await this.#tell(within, saved, 'info', `${upload.id} (${upload.fileName}) became ${upload.model}@${version}`);
      return saved;
    });
  }

  async #end(upload: UploadRecord, error: NonNullable<UploadRecord['error']>): Promise<UploadRecord> {
    const state = error.code === 'MODEL_INVALID' ? 'refused' : 'failed';
    return this.#parts.store.transaction(async (within) => {
      const saved = await within.uploads.save({ ...upload, state, error }, this.#parts.clock.nowMs());
      const message = `${upload.id} of ${upload.model} (${upload.fileName}) ${state}: ${error.message}`;
      await this.#tell(within, saved, 'error', message, error.code);
      return saved;
    });
  }

  async #tell(
    within: Store,
    upload: UploadRecord,
    level: 'info' | 'error',
    message: string,
    code?: string,
  ): Promise<void> {
    const kind = `upload.${upload.state === 'inspecting' ? 'started' : upload.state}`;
    const event = { level, kind, model: upload.model, code: code ?? null, message, detail: { uploadId: upload.id } };
    await within.events.add(event, this.#parts.clock.nowMs());
  }
}

const NOTHING_FOUND = { variants: [], quantization: null } as const;
