import { sha256Hex } from '@edgeloop/protocol';
import { OutsideError, RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';

/** A BlobStore in memory, whose blobs a test may damage. */
export class MemoryBlobs implements BlobStore {
  readonly #blobs = new Map<string, Uint8Array>();

  async put(bytes: Uint8Array): Promise<string> {
    const digest = sha256Hex(bytes);
    this.#blobs.set(digest, Uint8Array.from(bytes));
    return digest;
  }

  async putStream(stream: AsyncIterable<Uint8Array>, expected: { digest: string }): Promise<number> {
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    const digest = sha256Hex(bytes);
    if (digest !== expected.digest) throw new OutsideError('DIGEST_MISMATCH', `expected ${expected.digest}`);
    await this.put(bytes);
    return bytes.length;
  }

  async delete(digest: string): Promise<void> {
    this.#blobs.delete(digest);
  }

  async get(digest: string): Promise<Uint8Array> {
    const bytes = this.#blobs.get(digest);
    if (bytes === undefined) throw new RequestError('NOT_FOUND', `no blob ${digest}`);
    if (sha256Hex(bytes) !== digest) throw new OutsideError('DIGEST_MISMATCH', `blob ${digest} is damaged`);
    return bytes;
  }

  async range(digest: string, start: number, end: number): Promise<Uint8Array> {
    return (await this.get(digest)).subarray(start, end);
  }

  async size(digest: string): Promise<number | undefined> {
    return this.#blobs.get(digest)?.length;
  }

  get digests(): readonly string[] {
    return [...this.#blobs.keys()];
  }

  /** Flips a bit, as a failing disk would. */
  damage(digest: string): void {
    const bytes = this.#blobs.get(digest);
    if (bytes?.[0] !== undefined) bytes[0] ^= 1;
  }
}
