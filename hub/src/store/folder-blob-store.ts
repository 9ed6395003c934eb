import { createHash, randomBytes } from 'node:crypto';
import { statSync, unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';
import { syncFolder } from './write-file-atomic.ts';

const DIGEST_PATTERN = /^[0-9a-f]{64}$/;
const FOLDER_PATTERN = /^[0-9a-f]{2}$/;

/** A blob as it lies there. */
export interface StoredBlob {
  readonly digest: string;
  readonly sizeBytes: number;
  /** When it was last put, by the clock of the machine. */
  readonly putMs: number;
}

/**
 * Keeps blobs as files named by their digest, in 256 folders by its first two digits.
 *
 * A file gets its name only when all its bytes are on disk, so whatever has a name is whole.
 */
export class FolderBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #incoming: string;
  /** How many are putting a blob right now, by its digest. */
  readonly #putting = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  /** Makes the folders, and throws away what a killed process left half written. */
  async start(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    await mkdir(this.#incoming, { recursive: true, mode: 0o700 });
  }

  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256Hex(bytes);
    await this.#put(digest, async () => {
      if (await this.#touch(digest)) return;
      await this.#write(async (file) => {
        await file.writeFile(bytes);
        return digest;
      });
    });
    return digest;
  }

  async putStream(stream: AsyncIterable<Uint8Array>, expected: { digest: string; maxBytes: number }): Promise<number> {
    checkDigest(expected.digest);
    let sizeBytes = 0;
    const fill = async (file: FileHandle): Promise<string> => {
      const hash = createHash('sha256');
      for await (const part of stream) {
        sizeBytes += part.length;
        if (sizeBytes > expected.maxBytes) {
          throw new RequestError('TOO_LARGE', `a blob may have ${expected.maxBytes} bytes, got more`, {
            details: { maxBytes: expected.maxBytes },
          });
        }
        hash.update(part);
        await file.writeFile(part);
      }
      const digest = hash.digest('hex');
      if (digest !== expected.digest) throw mismatch(expected.digest, digest);
      return digest;
    };
    await this.#put(expected.digest, () => this.#write(fill));
    return sizeBytes;
  }

  async get(digest: string): Promise<Uint8Array> {
    const bytes = await readFile(this.#path(digest)).catch((error) => {
      throw notFound(digest, error);
    });
    const got = sha256Hex(bytes);
    if (got !== digest) throw mismatch(digest, got);
    return bytes;
  }

  async range(digest: string, start: number, end: number): Promise<Uint8Array> {
    const file = await open(this.#path(digest), 'r').catch((error) => {
      throw notFound(digest, error);
    });
    try {
      const buffer = Buffer.alloc(Math.max(0, end - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async delete(digest: string): Promise<void> {
    await rm(this.#path(digest), { force: true }).catch((error) => {
      throw storageFailed(`delete blob ${digest}`, error);
    });
  }

  /** All blobs, in no order; those that come or go meanwhile may be among them. */
  async *list(): AsyncGenerator<StoredBlob> {
    for (const folder of await readdir(this.#folder)) {
      if (!FOLDER_PATTERN.test(folder)) continue;
      for (const digest of await readdir(join(this.#folder, folder))) {
        if (!DIGEST_PATTERN.test(digest)) continue;
        const { size, mtimeMs } = await stat(this.#path(digest)).catch(() => GONE);
        if (size >= 0) yield { digest, sizeBytes: size, putMs: mtimeMs };
      }
    }
  }

  /** Forgets the bytes unless somebody has put them since then, or does so now; tells whether it did. */
  deleteUnputSince(digest: string, sinceMs: number): boolean {
    if (this.#putting.has(digest)) return false;
    // Without a wait in between: whoever puts these bytes next must not be told that they are there.
    try {
      if (statSync(this.#path(digest)).mtimeMs >= sinceMs) return false;
      unlinkSync(this.#path(digest));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw storageFailed(`delete blob ${digest}`, error);
    }
  }

  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageFailed(`look up blob ${digest}`, error);
    }
  }

  async #put(digest: string, work: () => Promise<void>): Promise<void> {
    this.#putting.set(digest, (this.#putting.get(digest) ?? 0) + 1);
    try {
      await work();
    } finally {
      const others = (this.#putting.get(digest) ?? 1) - 1;
      if (others === 0) this.#putting.delete(digest);
      else this.#putting.set(digest, others);
    }
  }

  /** Says that the blob was put just now; false when it is not there. */
  async #touch(digest: string): Promise<boolean> {
    const now = new Date();
    try {
      await utimes(this.#path(digest), now, now);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw storageFailed(`look up blob ${digest}`, error);
    }
  }

  async #write(fill: (file: FileHandle) => Promise<string>): Promise<void> {
    const temporary = join(this.#incoming, randomBytes(12).toString('hex'));
    try {
      const digest = await this.#writeTemporary(temporary, fill);
      const path = this.#path(digest);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(temporary, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(temporary, { force: true });
      if (error instanceof RequestError || error instanceof OutsideError) throw error;
      throw storageFailed('write a blob', error);
    }
  }

  async #writeTemporary(path: string, fill: (file: FileHandle) => Promise<string>): Promise<string> {
    const file = await open(path, 'wx', 0o600);
    try {
      const digest = await fill(file);
      await file.sync();
      return digest;
    } finally {
      await file.close();
    }
  }

  #path(digest: string): string {
    checkDigest(digest);
    return join(this.#folder, digest.slice(0, 2), digest);
  }
}

/** What became of a file between two looks. */
const GONE = { size: -1, mtimeMs: 0 };

function checkDigest(digest: string): void {
  if (DIGEST_PATTERN.test(digest)) return;
  throw new RequestError('INVALID_INPUT', `a digest has 64 lower-case hex digits, got ${JSON.stringify(digest)}`);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function notFound(digest: string, error: unknown): RequestError | OutsideError {
  if (isMissing(error)) return new RequestError('NOT_FOUND', `no blob ${digest}`);
  return storageFailed(`read blob ${digest}`, error);
}

function mismatch(expected: string, got: string): OutsideError {
  return new OutsideError('DIGEST_MISMATCH', `expected bytes with digest ${expected}, got ${got}`, {
    details: { expected, got },
  });
}

function storageFailed(doing: string, cause: unknown): OutsideError {
  return new OutsideError('STORAGE_FAILED', doing, { cause });
}
