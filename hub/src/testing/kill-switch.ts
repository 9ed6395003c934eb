import { OutsideError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/**
 * Kills the hub right after a commit: the commit stays, whoever waited for it gets nothing but an error, and nothing
 * can be committed or published any more until the hub starts again.
 */
export class KillSwitch {
  /** Commits of the hub so far, each run of a hub counted on. */
  commits = 0;
  #killAfter = Number.POSITIVE_INFINITY;
  #isDead = false;
  #isHub = false;

  constructor(store: Store, killAfter: number) {
    this.#killAfter = killAfter;
    const commit = store.transaction.bind(store);
    store.transaction = async (work) => {
      this.refuseDead();
      const result = await commit(work);
      if (!this.#isHub) return result;
      this.commits++;
      if (this.commits === this.#killAfter) this.#isDead = true;
      this.refuseDead();
      return result;
    };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  refuseDead(): void {
    if (this.#isDead) throw new OutsideError('STORAGE_FAILED', 'the hub was killed');
  }

  /** Work of the hub: what it commits counts, and may be its last. */
  async asHub<T>(work: () => Promise<T>): Promise<T> {
    this.#isHub = true;
    try {
      return await work();
    } finally {
      this.#isHub = false;
    }
  }

  revive(): void {
    this.#isDead = false;
  }
}
