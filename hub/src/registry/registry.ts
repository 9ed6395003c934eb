import {
  checkReference,
  type ModelSignature,
  PAYLOAD_TYPES,
  type Reference,
  Release,
  SignedEnvelope,
  type Signer,
  signEnvelope,
  type TrustedKey,
  type Variant,
} from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Metrics } from '../store/metrics/metrics.ts';
import type { ModelInspection } from '../store/model-inspection.ts';
import type {
  ModelRecord,
  TrainedVersion,
  UploadedVersion,
  UploadVariantRecord,
  VariantRecord,
} from '../store/model-store.ts';
import type { QuantizationReport } from '../store/quantization-report.ts';
import { requireRelease } from '../store/require-release.ts';
import type { Store } from '../store/store.ts';
import type { UploadRecord } from '../store/upload-store.ts';
import { describeVariant } from './describe-variant.ts';
import { verifyRelease } from './verify-release.ts';

const TASKS: readonly ModelRecord['task'][] = ['classification', 'regression', 'anomaly'];

/** Where a version comes from; the registry adds the version of the code. */
export type VersionOrigin = Omit<TrainedVersion['lineage'], 'codeVersion'>;

/** Everything that is known of a version before it has a number. */
export interface VersionRequest {
  readonly model: string;
  readonly description?: string | undefined;
  readonly origin: VersionOrigin;
  readonly signature: ModelSignature;
  readonly reference: Reference;
  /** In the order of the ladder, float32 last; only accepted ones are released. */
  readonly variants: readonly VariantRecord[];
  /** How the forms were found. */
  readonly quantization: QuantizationReport | null;
  /** Of float32 on the held-out rows. */
  readonly evaluation: Metrics;
}

/** What was found out about an uploaded model. */
export interface UploadFindings {
  readonly inspection: ModelInspection;
  /** In the order of the ladder, float32 last. */
  readonly variants: readonly UploadVariantRecord[];
  readonly quantization: QuantizationReport | null;
  /** Why no smaller forms were found, where none were looked for. */
  readonly unquantized?: string | undefined;
}

/** A request whose blobs were read and described; only number, signature and records are missing. */
export interface PreparedVersion extends VersionRequest {
  readonly described: readonly Variant[];
}

export interface RegistryParts {
  readonly blobs: BlobStore;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Version of the hub's code, for lineage. */
  readonly codeVersion: string;
}

/** Makes immutable, signed versions of models. */
export class Registry {
  readonly #parts: RegistryParts;

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** Prepares and publishes in a transaction of its own. */
  async publishVersion(store: Store, request: VersionRequest): Promise<TrainedVersion> {
    const prepared = await this.prepare(request);
    return store.transaction((within) => this.publish(within, prepared));
  }

  /**
   * Reads and describes the accepted forms. Slow; do it before the transaction.
   *
   * @throws RequestError INVALID_INPUT when no form was accepted; OutsideError DATA_INVALID for a reference that cannot
   *   be; what reading the blobs throws
   */
  async prepare(request: VersionRequest): Promise<PreparedVersion> {
    const accepted = request.variants.filter((variant) => variant.accepted);
    if (accepted.length === 0) {
      throw new RequestError('INVALID_INPUT', `${nameOf(request.origin)} must have an accepted form, got none`);
    }
    const [fault] = checkReference(request.reference, request.signature.classes.length);
    if (fault !== undefined) {
      throw new OutsideError(
        'DATA_INVALID',
        `reference of ${nameOf(request.origin)}, ${fault.field}: ${fault.message}`,
      );
    }
    const { blobs } = this.#parts;
    const described: Variant[] = [];
    for (const form of accepted) {
      described.push(describeVariant(form, await blobs.get(form.digest), await blobs.get(form.goldenDigest)));
    }
    return { ...request, described };
  }

  /**
   * Numbers, signs and keeps the version, and points an alias at it: `champion` for a model's first one with a release,
   * else `challenger`. Call inside a transaction: that is what keeps two runs from getting one number.
   *
   * A run or a quantization that already became a version gives that version again.
   */
  async publish(within: Store, prepared: PreparedVersion): Promise<TrainedVersion> {
    const { model, origin, signature } = prepared;
    const released = (await within.models.listVersions(model)).filter((entry) => entry.origin === 'run');
    const known = released.find(({ lineage }) => nameOf(lineage) === nameOf(origin));
    if (known !== undefined) return known;
    const nowMs = this.#parts.clock.nowMs();
    const task = TASKS.find((known) => known === signature.task) ?? 'other';
    await within.models.ensure({ name: model, task, description: prepared.description ?? '', createdMs: nowMs });
    const version = await within.models.nextVersion(model);
    const record: TrainedVersion = {
      origin: 'run',
      model,
      version,
      releaseDigest: await this.#sign(prepared, version, nowMs),
      signedBy: this.#parts.signer.keyId,
      variants: prepared.variants,
      quantization: prepared.quantization,
      classes: signature.classes,
      features: signature.inputs.flatMap((input) => input.features.map(({ name }) => name)),
      evaluation: prepared.evaluation,
      lineage: { ...origin, codeVersion: this.#parts.codeVersion },
      upload: null,
      createdMs: nowMs,
    };
    await within.models.addVersion(record);
    const alias = released.length === 0 ? 'champion' : 'challenger';
    await within.models.moveAlias(model, { alias, toVersion: version, cause: nameOf(origin), atMs: nowMs });
    return record;
  }

  /**
   * Numbers and keeps an uploaded model as a version. No alias points at it: without a release, a reference and an
   * evaluation it can be nobody's champion. Call inside a transaction.
   *
   * An upload that already became a version gives that version again.
   */
  async addUpload(within: Store, upload: UploadRecord, found: UploadFindings): Promise<UploadedVersion> {
    const { id, model, digest, sizeBytes, fileName, description, requestedBy: by } = upload;
    const { inspection, variants, quantization, unquantized } = found;
    const uploaded = (await within.models.listVersions(model)).filter((entry) => entry.origin === 'upload');
    const known = uploaded.find((entry) => entry.upload.id === id);
    if (known !== undefined) return known;
    const createdMs = this.#parts.clock.nowMs();
    const task = inspection.head === null ? 'other' : 'classification';
    await within.models.ensure({ name: model, task, description, createdMs });
    const record: UploadedVersion = {
      ...{ origin: 'upload', model, version: await within.models.nextVersion(model), createdMs },
      ...{ releaseDigest: null, signedBy: null, evaluation: null, lineage: null },
      ...{ variants, quantization, classes: [], features: [] },
      upload: {
        ...{ id, digest, sizeBytes, fileName, description, by, inspection },
        ...(unquantized === undefined ? {} : { unquantized }),
      },
    };
    await within.models.addVersion(record);
    return record;
  }

  /**
   * Checks that a version is what was signed: signature, contents and every blob.
   *
   * @param keys whose signatures count
   * @throws RequestError NOT_FOUND, CONFLICT for one without a release; OutsideError SIGNATURE_INVALID, DIGEST_MISMATCH
   */
  async verifyVersion(store: Store, model: string, version: number, keys: readonly TrustedKey[]): Promise<Release> {
    const record = await store.models.findVersion(model, version);
    if (record === undefined) throw new RequestError('NOT_FOUND', `no version ${model}@${version}`);
    requireRelease(record);
    const envelope = await this.#parts.blobs.get(record.releaseDigest);
    return verifyRelease(record, envelope, keys, this.#parts.blobs);
  }

  async #sign(prepared: PreparedVersion, version: number, createdMs: number): Promise<string> {
    const { model, signature, reference, described } = prepared;
    const payload = Release.encode({
      model,
      version,
      createdMs,
      signature,
      reference,
      variants: described,
    });
    const envelope = await signEnvelope(PAYLOAD_TYPES.release, payload, [this.#parts.signer]);
    return this.#parts.blobs.put(SignedEnvelope.encode(envelope));
  }
}

/** What made a version: no two versions have the same. */
function nameOf({ runId, derivedFrom }: Pick<VersionOrigin, 'runId' | 'derivedFrom'>): string {
  return derivedFrom === undefined ? `run ${runId}` : `quantization ${derivedFrom.quantizationId}`;
}
