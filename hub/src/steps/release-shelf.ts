import { type ModelSignature, PAYLOAD_TYPES, type Reference, Release, SignedEnvelope } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { requireRelease } from '../store/require-release.ts';
import type { Store } from '../store/store.ts';

export interface ShelvedRelease {
  readonly release: Release;
  readonly releaseDigest: string;
}

const MOST_KEPT = 64;

/** Reads releases from their blobs; keeps the last ones, for releases never change. */
export class ReleaseShelf {
  readonly #store: Store;
  readonly #blobs: BlobStore;
  readonly #kept = new Map<string, ShelvedRelease>();

  constructor(store: Store, blobs: BlobStore) {
    this.#store = store;
    this.#blobs = blobs;
  }

  /**
   * @throws RequestError NOT_FOUND for an unknown version, CONFLICT for one without a release; OutsideError
   *   DIGEST_MISMATCH, DATA_INVALID for a damaged blob
   */
  async read(model: string, version: number): Promise<ShelvedRelease> {
    const record = await this.#store.models.findVersion(model, version);
    if (!record) throw new RequestError('NOT_FOUND', `no version ${model}@${version}`);
    requireRelease(record);
    const { releaseDigest } = record;
    const kept = this.#kept.get(releaseDigest);
    if (kept) return kept;
    const { payload, payloadType } = SignedEnvelope.decode(await this.#blobs.get(releaseDigest));
    if (payloadType !== PAYLOAD_TYPES.release) {
      throw new OutsideError('DATA_INVALID', `expected blob ${releaseDigest} to be a release, got ${payloadType}`);
    }
    const shelved = { release: Release.decode(payload), releaseDigest };
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(releaseDigest, shelved);
    return shelved;
  }

  /** What a version saw when it was made. */
  async reference(model: string, version: number): Promise<Reference> {
    const { release } = await this.read(model, version);
    if (release.reference) return release.reference;
    throw new OutsideError('DATA_INVALID', `release of ${model}@${version} must have a reference, got none`);
  }

  /** What goes into a version and what comes out. */
  async signature(model: string, version: number): Promise<ModelSignature> {
    const { release } = await this.read(model, version);
    if (release.signature) return release.signature;
    throw new OutsideError('DATA_INVALID', `release of ${model}@${version} must have a signature, got none`);
  }
}
