/** Bytes by their SHA-256. What is in it never changes; `put` is atomic. */
export interface BlobStore {
  /** Keeps the bytes and returns their digest (hex). Keeping the same bytes twice is no error. */
  put(bytes: Uint8Array): Promise<string>;
  /** Like `put`, without holding all bytes in memory; refuses when they do not have the digest. */
  putStream(stream: AsyncIterable<Uint8Array>, expected: { digest: string; maxBytes: number }): Promise<number>;
  /** @throws RequestError NOT_FOUND; OutsideError DIGEST_MISMATCH when the stored bytes are damaged */
  get(digest: string): Promise<Uint8Array>;
  /** Bytes [start, end) without checking the digest: the receiver checks chunk digests. @throws RequestError NOT_FOUND */
  range(digest: string, start: number, end: number): Promise<Uint8Array>;
  /**
   * Forgets the bytes, if they are there. Blobs have no owners: only whoever knows that nobody else names the digest
   * may do that.
   */
  delete(digest: string): Promise<void>;
  /** Size in bytes, undefined when it is not there. */
  size(digest: string): Promise<number | undefined>;
}
