import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { FolderBlobStore, StoredBlob } from '../store/folder-blob-store.ts';
import type { Store } from '../store/store.ts';

/** A blob that was put later may be on its way into a record. */
const YOUNGEST_MS = 24 * 60 * 60_000;
/** The start of a hub has more urgent work. */
const FIRST_MS = 60_000;
const INTERVAL_MS = 24 * 60 * 60_000;

export interface BlobSweeperParts {
  readonly store: Store;
  readonly blobs: Pick<FolderBlobStore, 'list' | 'deleteUnputSince'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a sweep deletes. */
export interface SweepPlan {
  /** Blobs that no record names and that nobody has put since `sinceMs`. */
  readonly unnamed: readonly StoredBlob[];
  readonly sinceMs: number;
}

/**
 * Deletes blobs that no record names and that nobody has put for a day, nor since the oldest job that waits or runs:
 * files that were refused, checkpoints whose job the hub did not live to note. It may be killed at any time itself: the
 * next sweep finds what is left.
 */
export class BlobSweeper {
  readonly #parts: BlobSweeperParts;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: BlobSweeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#after(FIRST_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sweeping;
  }

  /** What `sweep` would delete now; changes nothing. */
  plan(): Promise<SweepPlan> {
    return this.#look((plan) => plan);
  }

  /** Deletes it; returns what is gone. @throws OutsideError STORAGE_FAILED */
  sweep(): Promise<StoredBlob[]> {
    const { blobs } = this.#parts;
    return this.#look(({ unnamed, sinceMs }) => {
      return unnamed.filter(({ digest }) => blobs.deleteUnputSince(digest, sinceMs));
    });
  }

  /** @param act it sees the plan while no record can change */
  async #look<T>(act: (plan: SweepPlan) => T): Promise<T> {
    const { store, blobs, clock } = this.#parts;
    const youngestMs = clock.nowMs() - YOUNGEST_MS;
    const old: StoredBlob[] = [];
    for await (const blob of blobs.list()) if (blob.putMs < youngestMs) old.push(blob);
    if (old.length === 0) return act({ unnamed: [], sinceMs: youngestMs });
    return store.transaction(async ({ blobReferences }) => {
      const sinceMs = Math.min(youngestMs, (await blobReferences.oldestWorkMs()) ?? youngestMs);
      const named = await blobReferences.all();
      return act({ unnamed: old.filter(({ digest, putMs }) => putMs < sinceMs && !named.has(digest)), sinceMs });
    });
  }

  #after(waitMs: number): void {
    this.#timer = setTimeout(() => {
      this.#after(INTERVAL_MS);
      this.#sweeping = this.#sweepAndTell();
    }, waitMs);
  }

  /** Never rejects: the next one comes tomorrow. */
  async #sweepAndTell(): Promise<void> {
    const { log } = this.#parts;
    try {
      const gone = await this.sweep();
      const sizeBytes = gone.reduce((sum, blob) => sum + blob.sizeBytes, 0);
      if (gone.length > 0) log.info({ blobs: gone.length, sizeBytes }, 'blobs that no record names are deleted');
    } catch (error) {
      log.error({ cause: messageOf(error) }, 'blobs that no record names are not deleted');
    }
  }
}
