import type { StartQuantizationRequest } from '../api/pipeline-actions.ts';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { AgreementResultSchema, QuantizeResultSchema } from '../quantization/quantize-job.ts';
import type { Registry, VersionRequest } from '../registry/registry.ts';
import { newId } from '../store/ids.ts';
import type { JobRecord } from '../store/job-store.ts';
import type { TrainedVersion, VariantRecord, VersionRecord } from '../store/model-store.ts';
import type { QuantizationReport } from '../store/quantization-report.ts';
import type { QuantizationRecord, QuantizationState } from '../store/quantization-store.ts';
import type { Store } from '../store/store.ts';
import { finalFault } from './final-fault.ts';
import { jobFailure } from './job-failure.ts';
import { planQuantizationJob } from './plan-quantization-job.ts';
import { readResult } from './read-result.ts';
import type { ReleaseShelf } from './release-shelf.ts';
import { searchProfiles } from './search-profiles.ts';

export const UNFINISHED_QUANTIZATIONS: readonly QuantizationState[] = ['queued', 'running'];

export interface QuantizationStepsParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly registry: Registry;
  readonly releases: ReleaseShelf;
  readonly clock: Clock;
  /** Names of all firmware profiles. */
  readonly profiles: readonly string[];
}

/** What a job found, and what becomes of it. */
interface Findings {
  readonly variants: QuantizationRecord['variants'];
  readonly report: QuantizationReport | null;
}

/** Carries a quantization that somebody asked for from its job to a report, and to a version where that was asked too. */
export class QuantizationSteps {
  readonly #parts: QuantizationStepsParts;

  constructor(parts: QuantizationStepsParts) {
    this.#parts = parts;
  }

  /**
   * Keeps a new quantization and its job.
   *
   * @throws RequestError NOT_FOUND, INVALID_INPUT for what makes no sense; CONFLICT where nothing could be published
   */
  async start(request: StartQuantizationRequest): Promise<QuantizationRecord> {
    const { store, queue, releases, clock, profiles: library } = this.#parts;
    const { model, version: number, publish, requestedBy } = request;
    const version = await store.models.findVersion(model, number);
    if (!version) throw new RequestError('NOT_FOUND', `no version ${model}@${number}`);
    if (publish) requirePublishable(version);
    // Versions never change, and a blob is not read inside of a transaction.
    const signature = version.origin === 'run' ? await releases.signature(model, number) : undefined;
    return store.transaction(async (within) => {
      const profiles = await searchProfiles(within, library, request.profiles);
      const plan = await planQuantizationJob(within, version, { ...request, profiles, signature });
      const nowMs = clock.nowMs();
      const quantization: QuantizationRecord = {
        ...{ id: newId('quantization', nowMs), model, version: number, state: 'queued', goals: plan.goals, profiles },
        ...{ dataset: plan.dataset, publish, requestedBy, jobId: null, variants: [], report: null },
        ...{ publishedVersion: null, error: null, createdMs: nowMs, updatedMs: nowMs },
      };
      const jobId = await queue.enqueue({ kind: 'quantize', spec: plan.spec }, within);
      const started = { ...quantization, jobId };
      await within.quantizations.add(started);
      await this.#tell(within, started, 'started', `${nameOf(started)} started, asked for by ${requestedBy}`);
      return started;
    });
  }

  /**
   * Ends a quantization that is under way; its worker stops within seconds.
   *
   * @throws RequestError NOT_FOUND; CONFLICT when it has ended already
   */
  async cancel(id: string, requestedBy: string): Promise<QuantizationRecord> {
    const quantization = await this.#parts.store.quantizations.find(id);
    if (!quantization) throw new RequestError('NOT_FOUND', `no quantization ${id}`);
    const { state, jobId } = quantization;
    if (!UNFINISHED_QUANTIZATIONS.includes(state) || jobId === null) {
      throw new RequestError('CONFLICT', `${id} is ${state}, and only one that is under way can be cancelled`);
    }
    await this.#parts.queue.cancel(jobId, `cancelled by ${requestedBy}`);
    return (await this.advance(id)) ?? quantization;
  }

  /** Takes the quantization further when its job has moved; looking again without news changes nothing. */
  async advance(id: string): Promise<QuantizationRecord | undefined> {
    const { store, clock } = this.#parts;
    const quantization = await store.quantizations.find(id);
    if (!quantization || quantization.jobId === null) return quantization;
    if (!UNFINISHED_QUANTIZATIONS.includes(quantization.state)) return quantization;
    const job = await store.jobs.find(quantization.jobId);
    if (job?.state === 'failed' || job?.state === 'cancelled') {
      return this.#fail(quantization, jobFailure(job));
    }
    if (job?.state === 'leased' && quantization.state === 'queued') {
      return store.transaction((within) =>
        within.quantizations.save({ ...quantization, state: 'running' }, clock.nowMs()),
      );
    }
    if (job?.state !== 'done') return quantization;
    try {
      return await this.#finish(quantization, job);
    } catch (error) {
      const fault = finalFault(error);
      if (!fault) throw error;
      return this.#fail(quantization, fault);
    }
  }

  async #finish(quantization: QuantizationRecord, job: JobRecord): Promise<QuantizationRecord> {
    const { store, registry, clock } = this.#parts;
    const version = await store.models.findVersion(quantization.model, quantization.version);
    if (version?.origin !== 'run') {
      const { variants, report } = readResult(job, AgreementResultSchema);
      return this.#done(quantization, { variants, report }, undefined);
    }
    const { variants, report = null } = readResult(job, QuantizeResultSchema);
    if (!quantization.publish || isSame(variants, version.variants)) {
      return this.#done(quantization, { variants, report }, undefined);
    }
    const known = await this.#knownVersion(version, variants);
    if (known !== undefined) {
      return this.#done({ ...quantization, wasPublished: true }, { variants, report }, known);
    }
    const prepared = await registry.prepare(await this.#versionRequest(quantization, version, { variants, report }));
    return store.transaction(async (within) => {
      const published = await registry.publish(within, prepared);
      return this.#save(within, quantization, { variants, report }, published.version, clock.nowMs());
    });
  }

  /** A version that a search before this one made of the same run, with the same forms; the newest. */
  async #knownVersion(
    { model, lineage }: TrainedVersion,
    found: readonly VariantRecord[],
  ): Promise<number | undefined> {
    const versions = await this.#parts.store.models.listVersions(model);
    return versions.findLast(
      (other) => other.origin === 'run' && other.lineage.runId === lineage.runId && isSame(found, other.variants),
    )?.version;
  }

  async #versionRequest(
    { id, requestedBy }: QuantizationRecord,
    parent: TrainedVersion,
    found: { readonly variants: readonly VariantRecord[]; readonly report: QuantizationReport | null },
  ): Promise<VersionRequest> {
    const { releases } = this.#parts;
    const { model, version, evaluation } = parent;
    const { codeVersion: _, ...lineage } = parent.lineage;
    const cause = { kind: 'request', ref: requestedBy } as const;
    const derivedFrom = { version, quantizationId: id };
    return {
      model,
      origin: { ...lineage, parentVersion: version, cause, derivedFrom },
      signature: await releases.signature(model, version),
      reference: await releases.reference(model, version),
      variants: found.variants,
      quantization: found.report,
      evaluation,
    };
  }

  #done(
    quantization: QuantizationRecord,
    findings: Findings,
    publishedVersion: number | undefined,
  ): Promise<QuantizationRecord> {
    const { store, clock } = this.#parts;
    return store.transaction((within) =>
      this.#save(within, quantization, findings, publishedVersion ?? null, clock.nowMs()),
    );
  }

  async #save(
    within: Store,
    quantization: QuantizationRecord,
    findings: Findings,
    publishedVersion: number | null,
    nowMs: number,
  ): Promise<QuantizationRecord> {
    const done = { ...quantization, ...findings, state: 'done' as const, publishedVersion };
    const saved = await within.quantizations.save(done, nowMs);
    await this.#tell(within, saved, 'done', `${nameOf(saved)} is done: ${outcomeOf(saved)}`);
    return saved;
  }

  async #fail(
    quantization: QuantizationRecord,
    error: NonNullable<QuantizationRecord['error']>,
  ): Promise<QuantizationRecord> {
    return this.#parts.store.transaction(async (within) => {
      const failed = { ...quantization, state: 'failed' as const, error };
      const saved = await within.quantizations.save(failed, this.#parts.clock.nowMs());
      await this.#tell(within, saved, 'failed', `${nameOf(saved)} failed: ${error.message}`, error.code);
      return saved;
    });
  }

  async #tell(
    within: Store,
    { id, model }: QuantizationRecord,
    what: 'started' | 'done' | 'failed',
    message: string,
    code: string | null = null,
  ): Promise<void> {
    const level = what === 'failed' ? 'error' : 'info';
    const event = {
      level,
      kind: `quantization.${what}`,
      model,
      code,
      message,
      detail: { quantizationId: id },
    } as const;
    await within.events.add(event, this.#parts.clock.nowMs());
  }
}

function nameOf({ id, model, version }: QuantizationRecord): string {
  return `${id} of ${model}@${version}`;
}

function outcomeOf(record: QuantizationRecord): string {
  const { model, version, publish, publishedVersion, wasPublished, variants } = record;
  if (wasPublished) return `${model}@${publishedVersion} has its forms already, so there is no new version`;
  if (publishedVersion !== null) return `its forms became ${model}@${publishedVersion}`;
  const accepted = variants.filter((form) => form.accepted).map(({ name }) => name);
  const forms = `accepted ${accepted.join(', ')}`;
  return publish ? `${forms}; ${model}@${version} has the same forms, so there is no new version` : forms;
}

/** Whether devices would get the same files in the same order. */
function isSame(found: readonly VariantRecord[], known: readonly VariantRecord[]): boolean {
  const offered = (forms: readonly VariantRecord[]): string =>
    JSON.stringify(
      forms.filter(({ accepted }) => accepted).map(({ name, digest, profiles = [] }) => [name, digest, profiles]),
    );
  return offered(found) === offered(known);
}

/** @throws RequestError CONFLICT for an uploaded version */
function requirePublishable(version: VersionRecord): void {
  if (version.origin === 'run') return;
  const name = `${version.model}@${version.version}`;
  throw new RequestError(
    'CONFLICT',
    `version ${name} was uploaded: it has no signature, reference and evaluation that a release needs, so its forms cannot be published; leave out publish, or train a version from it`,
  );
}
