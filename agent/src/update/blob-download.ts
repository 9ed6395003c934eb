import { BlobChunk, type BlobRef, checkBlobRef, digestHex, verifyChunk, Want } from '@edgeloop/protocol';
import { Backoff } from '../backoff.ts';
import { describeError, OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Log } from '../log.ts';
import { pause, type Time } from '../time.ts';
import type { BlobFolder, PartialBlob } from './blob-folder.ts';

/** Where chunks come from. */
export interface ChunkLink {
  /** Asks for chunks. Lost when there is no link; it is asked again. */
  want(bytes: Uint8Array): void;
  /**
   * Delivers every chunk of a blob that passes by, until the returned function is called. `onReady` is called each
   * time chunks begin to pass: only then is asking of any use.
   */
  listen(digest: string, receive: (index: number, payload: Uint8Array) => void, onReady: () => void): () => void;
}

/** What a download needs. */
export interface DownloadParts {
  readonly folder: BlobFolder;
  readonly link: ChunkLink;
  readonly time: Time;
  readonly log: Log;
  random(): number;
}

// How long nothing may arrive before the missing chunks are asked for again.
const QUIET = { firstMs: 2_000, maxMs: 60_000 };
// A sender that keeps sending damaged chunks is not waited for forever; a faulty cable gets its second chance.
const MOST_INVALID_CHUNKS = 32;
// The same chunk damaged this often is damaged at its source: somebody must hear of it.
const MOST_INVALID_OF_ONE = 4;

/** How far a download is. */
export interface DownloadProgress {
  readonly arrivedBytes: number;
  readonly totalBytes: number;
}

/**
 * Brings one blob into the partial folder, chunk by chunk, continuing where an earlier start ended. Never takes more
 * bytes than the signed length, and waits for a hub that is away as long as it takes.
 *
 * @returns false when `signal` was aborted first
 * @throws OutsideError CHUNK_INVALID, STORAGE_FULL, DOWNLOAD_FAILED; ReceivedDataError MALFORMED_MESSAGE for the reference
 */
export async function downloadBlob(
  ref: BlobRef,
  parts: DownloadParts,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void,
): Promise<boolean> {
  checkBlobRef(ref);
  if (await parts.folder.has(ref)) {
    onProgress({ arrivedBytes: ref.sizeBytes, totalBytes: ref.sizeBytes });
    return true;
  }
  const partial = await parts.folder.partial(ref);
  try {
    const download = new BlobDownload(ref, partial, parts, signal, onProgress);
    return await download.run();
  } finally {
    await partial.close();
  }
}

class BlobDownload {
  readonly #ref: BlobRef;
  readonly #digest: string;
  readonly #partial: PartialBlob;
  readonly #parts: DownloadParts;
  readonly #signal: AbortSignal;
  readonly #onProgress: (progress: DownloadProgress) => void;
  readonly #quiet: Backoff;
  readonly #underWay = new Set<number>();
  #writing: Promise<void> = Promise.resolve();
  #wake = new AbortController();
  #lastChunkMs: number;
  #invalid = 0;
  readonly #invalidByIndex = new Map<number, number>();
  #failure: unknown;

  constructor(
    ref: BlobRef,
    partial: PartialBlob,
    parts: DownloadParts,
    signal: AbortSignal,
    onProgress: (progress: DownloadProgress) => void,
  ) {
    this.#ref = ref;
    this.#digest = digestHex(ref);
    this.#partial = partial;
    this.#parts = parts;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#quiet = new Backoff(QUIET, () => parts.random());
    this.#lastChunkMs = parts.time.monotonicMs();
  }

  async run(): Promise<boolean> {
    this.#tellProgress();
    const stopListening = this.#parts.link.listen(
      this.#digest,
      (index, payload) => this.#receive(index, payload),
      () => this.#onReady(),
    );
    const onAbort = (): void => this.#wake.abort();
    this.#signal.addEventListener('abort', onAbort);
    try {
      await this.#untilComplete();
    } finally {
      stopListening();
      this.#signal.removeEventListener('abort', onAbort);
      await this.#writing;
    }
    if (this.#partial.isComplete) faultPoint('download.complete');
    return this.#partial.isComplete;
  }

  async #untilComplete(): Promise<void> {
    while (!this.#partial.isComplete && !this.#signal.aborted) {
      await this.#untilQuiet(this.#quiet.next());
      if (this.#failure !== undefined) throw this.#failure;
      if (!this.#partial.isComplete && !this.#signal.aborted) this.#ask();
    }
  }

  #onReady(): void {
    this.#quiet.reset();
    this.#ask();
  }

  #ask(): void {
    const { chunkBytes } = this.#ref;
    const missing = this.#partial.missingBytes(this.#underWay);
    this.#parts.link.want(Want.encode({ digest: this.#ref.digest, chunkBytes, missing }));
  }

  /** Waits until nothing has arrived for `quietMs`, or there is nothing to wait for any more. */
  async #untilQuiet(quietMs: number): Promise<void> {
    this.#lastChunkMs = this.#parts.time.monotonicMs();
    for (;;) {
      const leftMs = this.#lastChunkMs + quietMs - this.#parts.time.monotonicMs();
      if (leftMs <= 0 || this.#wake.signal.aborted) return;
      await pause(this.#parts.time, leftMs, this.#wake.signal);
    }
  }

  #receive(index: number, payload: Uint8Array): void {
    if (!this.#partial.lacks(index) || this.#underWay.has(index) || this.#failure !== undefined) return;
    faultPoint('download.before-chunk', index);
    try {
      const { data } = BlobChunk.decode(payload);
      verifyChunk(this.#ref, index, data);
      this.#underWay.add(index);
      this.#writing = this.#writing.then(() => this.#write(index, data));
    } catch (error) {
      this.#countInvalid(index, error);
    }
  }

  async #write(index: number, data: Uint8Array): Promise<void> {
    try {
      await this.#partial.write(index, data);
    } catch (cause) {
      this.#fail(new OutsideError('STORAGE_FULL', `write chunk ${index} of blob ${this.#digest}`, { cause }));
      return;
    }
    faultPoint('download.after-chunk', index);
    this.#underWay.delete(index);
    this.#lastChunkMs = this.#parts.time.monotonicMs();
    this.#quiet.reset();
    this.#tellProgress();
    if (this.#partial.isComplete) this.#wake.abort();
  }

  #countInvalid(index: number, error: unknown): void {
    this.#invalid += 1;
    const ofThis = (this.#invalidByIndex.get(index) ?? 0) + 1;
    this.#invalidByIndex.set(index, ofThis);
    const { message } = describeError(error);
    this.#parts.log.warn('chunk refused', { digest: this.#digest, refused: this.#invalid, reason: message });
    if (this.#invalid < MOST_INVALID_CHUNKS && ofThis < MOST_INVALID_OF_ONE) return;
    this.#fail(new OutsideError('CHUNK_INVALID', `expected valid chunks, refused ${this.#invalid}, last: ${message}`));
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#wake.abort();
  }

  #tellProgress(): void {
    this.#onProgress({ arrivedBytes: this.#partial.arrivedBytes, totalBytes: this.#ref.sizeBytes });
  }
}
