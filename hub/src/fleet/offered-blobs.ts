import type { Store } from '../store/store.ts';

/**
 * Knows which blobs a device may have: those of the versions it should run. Data sets and samples lie in the same
 * blob store and must not leave the hub this way.
 */
export class OfferedBlobs {
  readonly #store: Store;
  readonly #byVersion = new Map<string, ReadonlySet<string>>();

  constructor(store: Store) {
    this.#store = store;
  }

  async includes(deviceId: string, digest: string): Promise<boolean> {
    for (const { model, version } of await this.#store.devices.desiredSlots(deviceId)) {
      if ((await this.#digestsOf(model, version)).has(digest)) return true;
    }
    return false;
  }

  async #digestsOf(model: string, version: number): Promise<ReadonlySet<string>> {
    const key = `${model} ${version}`;
    const known = this.#byVersion.get(key);
    if (known) return known;
    const record = await this.#store.models.findVersion(model, version);
    if (record?.origin !== 'run') return new Set();
    const variants = record.variants.flatMap((variant) => [variant.digest, variant.goldenDigest]);
    const digests = new Set([record.releaseDigest, ...variants]);
    this.#byVersion.set(key, digests);
    return digests;
  }
}
