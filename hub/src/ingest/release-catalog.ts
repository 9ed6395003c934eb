import { digestHex, PAYLOAD_TYPES, type Reference, Release, SignedEnvelope } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { TrainedVersion } from '../store/model-store.ts';
import type { Store } from '../store/store.ts';

/** What ingest must know of a release to check what devices say about it. */
export interface KnownRelease {
  readonly version: TrainedVersion;
  readonly reference: Reference | undefined;
}

const MOST_KEPT = 256;

/** Finds releases by what a window or sample names; remembers them, for releases never change. */
export class ReleaseCatalog {
  readonly #store: Store;
  readonly #blobs: BlobStore;
  readonly #known = new Map<string, KnownRelease>();

  constructor(store: Store, blobs: BlobStore) {
    this.#store = store;
    this.#blobs = blobs;
  }

  /**
   * Undefined when there is no such version, or when its release is another.
   *
   * @param releaseDigest 32 bytes; leave it out where only model and version are named
   */
  async find(model: string, version: number, releaseDigest?: Uint8Array): Promise<KnownRelease | undefined> {
    const known = await this.#load(`${model} ${version}`, model, version);
    if (!known || releaseDigest === undefined) return known;
    if (releaseDigest.length !== 32 || digestHex(releaseDigest) !== known.version.releaseDigest) return undefined;
    return known;
  }

  async #load(key: string, model: string, version: number): Promise<KnownRelease | undefined> {
    const kept = this.#known.get(key);
    if (kept) return kept;
    const record = await this.#store.models.findVersion(model, version);
    if (record?.origin !== 'run') return undefined;
    const release = readRelease(await this.#blobs.get(record.releaseDigest), record.releaseDigest);
    const known = { version: record, reference: release.reference };
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST_KEPT && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, known);
    return known;
  }
}

/** The hub made and signed it; its digest was checked when it was read. */
function readRelease(bytes: Uint8Array, digest: string): Release {
  const { payloadType, payload } = SignedEnvelope.decode(bytes);
  if (payloadType === PAYLOAD_TYPES.release) return Release.decode(payload);
  throw new OutsideError('DATA_INVALID', `expected blob ${digest} to be a release, got ${payloadType}`);
}
