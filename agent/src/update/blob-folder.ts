import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BlobRef, ChunkBitmap, chunkRange, digestHex, verifyChunk } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';

const DIGEST_NAME = /^[0-9a-f]{64}$/;

/** Left free on the disk whatever is downloaded, so that telemetry can still be written. */
const RESERVE_BYTES = 16 * 1024 * 1024;

/**
 * Keeps blobs by digest. What lies in `blobs/` was verified as a whole and is never changed; what is still arriving
 * lies in `partial/`.
 */
export class BlobFolder {
  readonly #blobs: string;
  readonly #partial: string;

  constructor(root: string) {
    this.#blobs = join(root, 'blobs');
    this.#partial = join(root, 'partial');
  }

  async open(): Promise<void> {
    await mkdir(this.#blobs, { recursive: true });
    await mkdir(this.#partial, { recursive: true });
  }

  /** Where the verified blob lies, whether or not it is there. */
  path(digest: string): string {
    return join(this.#blobs, digest);
  }

  /** Whether the verified blob is there. */
  async has(ref: BlobRef): Promise<boolean> {
    const found = await stat(this.path(digestHex(ref))).catch(() => undefined);
    return found?.size === ref.sizeBytes;
  }

  /** The bytes of a verified blob, hashed again. @throws OutsideError DIGEST_MISMATCH or DOWNLOAD_FAILED */
  async read(ref: BlobRef): Promise<Uint8Array> {
    const digest = digestHex(ref);
    const bytes = await readFile(this.path(digest)).catch((cause: unknown) => {
      throw new OutsideError('DOWNLOAD_FAILED', `read blob ${digest}`, { cause });
    });
    const got = createHash('sha256').update(bytes).digest('hex');
    if (got !== digest) throw new OutsideError('DIGEST_MISMATCH', `expected blob ${digest}, got ${got}`);
    return bytes;
  }

  /** Opens what has arrived of a blob so far. @throws OutsideError STORAGE_FULL when the rest does not fit */
  async partial(ref: BlobRef): Promise<PartialBlob> {
    const path = join(this.#partial, digestHex(ref));
    const existing = await stat(path).catch(() => undefined);
    await checkRoom(this.#partial, ref.sizeBytes - (existing?.size ?? 0));
    return PartialBlob.open(path, ref);
  }

  /**
   * Verifies what has arrived from the bytes on disk, and makes it a blob. Does nothing when it already is one.
   *
   * @throws OutsideError DIGEST_MISMATCH; the partial file is gone then
   */
  async install(ref: BlobRef): Promise<void> {
    if (await this.has(ref)) return;
    const digest = digestHex(ref);
    const partial = join(this.#partial, digest);
    const got = await hashFile(partial);
    if (got !== digest) {
      await rm(partial, { force: true });
      throw new OutsideError('DIGEST_MISMATCH', `expected blob ${digest}, got ${got}`);
    }
    faultPoint('verify.before-install');
    await syncPath(partial);
    await rename(partial, this.path(digest));
    await syncPath(this.#blobs);
    faultPoint('verify.after-install');
  }

  /** Removes a blob that is no longer what its name says. */
  async discard(digest: string): Promise<void> {
    await rm(this.path(digest), { force: true });
  }

  /** Removes every blob and partial file but these. */
  async keepOnly(digests: ReadonlySet<string>): Promise<void> {
    faultPoint('cleanup.before');
    for (const folder of [this.#blobs, this.#partial]) {
      for (const name of await readdir(folder)) {
        if (digests.has(name) || !DIGEST_NAME.test(name)) continue;
        await rm(join(folder, name), { force: true });
        faultPoint('cleanup.after-one');
      }
    }
  }
}

/** A blob on its way. Which chunks are there is read from the bytes themselves, so nothing can disagree with them. */
export class PartialBlob {
  readonly #file: FileHandle;
  readonly #ref: BlobRef;
  readonly #arrived: ChunkBitmap;
  #arrivedBytes = 0;

  private constructor(file: FileHandle, ref: BlobRef) {
    this.#file = file;
    this.#ref = ref;
    this.#arrived = new ChunkBitmap(ref.chunkDigests.length);
  }

  /** Opens or creates the file and checks each chunk it may hold. */
  static async open(path: string, ref: BlobRef): Promise<PartialBlob> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+').then(async (created) => {
      await created.close();
      return open(path, 'r+');
    });
    const partial = new PartialBlob(file, ref);
    await partial.#readArrived();
    return partial;
  }

  get isComplete(): boolean {
    return this.#arrived.complete;
  }

  get arrivedBytes(): number {
    return this.#arrivedBytes;
  }

  /** Bits of the absent chunks, as `Want.missing` carries them. @param except chunks that are being written */
  missingBytes(except: Iterable<number>): Uint8Array {
    const arrived = ChunkBitmap.fromBytes(this.#arrived.toBytes(), this.#arrived.chunkCount);
    for (const index of except) arrived.set(index);
    return arrived.toMissingBytes();
  }

  /** Whether chunk `index` exists and is still absent. */
  lacks(index: number): boolean {
    return index < this.#arrived.chunkCount && !this.#arrived.has(index);
  }

  /** Writes a chunk that was verified before. */
  async write(index: number, data: Uint8Array): Promise<void> {
    const { offset } = chunkRange(this.#ref, index);
    await this.#file.write(data, 0, data.length, offset);
    this.#mark(index, data.length);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #readArrived(): Promise<void> {
    const { size } = await this.#file.stat();
    // Bytes beyond the end of the blob can only be damage.
    if (size > this.#ref.sizeBytes) await this.#file.truncate(this.#ref.sizeBytes);
    const buffer = Buffer.alloc(Math.min(this.#ref.chunkBytes, this.#ref.sizeBytes));
    for (let index = 0; index < this.#arrived.chunkCount; index++) {
      const { offset, lengthBytes } = chunkRange(this.#ref, index);
      if (offset + lengthBytes > size) break;
      await this.#file.read(buffer, 0, lengthBytes, offset);
      if (isChunk(this.#ref, index, buffer.subarray(0, lengthBytes))) this.#mark(index, lengthBytes);
    }
  }

  #mark(index: number, lengthBytes: number): void {
    this.#arrived.set(index);
    this.#arrivedBytes += lengthBytes;
  }
}

function isChunk(ref: BlobRef, index: number, data: Uint8Array): boolean {
  try {
    verifyChunk(ref, index, data);
    return true;
  } catch {
    // Not written yet, or damaged: it is asked for like any other.
    return false;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(path)) hash.update(part as Buffer);
  } catch (cause) {
    throw new OutsideError('DIGEST_MISMATCH', `read ${path}`, { cause });
  }
  return hash.digest('hex');
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function checkRoom(folder: string, missingBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= missingBytes + RESERVE_BYTES) return;
  throw new OutsideError('STORAGE_FULL', `expected ${missingBytes + RESERVE_BYTES} free bytes, got ${free}`);
}
