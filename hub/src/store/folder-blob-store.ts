import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256Hex } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from './blob-store.ts';
import { syncFolder } from './write-file-atomic.ts';

const DIGEST_PATTERN = /^[0-9a-f]{64}$/;

/**
 * Keeps blobs as files named by their digest, in 256 folders by its first two digits.
 *
 * A file gets its name only when all its bytes are on disk, so whatever has a name is whole.
 */
export class FolderBlobStore implements BlobStore {
  readonly #folder: string;
  readonly #incoming: string;

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
    if ((await this.size(digest)) === undefined) {
      await this.#write(async (file) => {
        await file.writeFile(bytes);
        return digest;
      });
    }
    return digest;
  }

  async putStream(stream: AsyncIterable<Uint8Array>, expected: { digest: string; maxBytes: number }): Promise<number> {
    checkDigest(expected.digest);
    let sizeBytes = 0;
    await this.#write(async (file) => {
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
    });
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

  async size(digest: string): Promise<number | undefined> {
    try {
      return (await stat(this.#path(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
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
