import { createHash } from 'node:crypto';
import { sha256Hex } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';
import type { JobMetricsUpdate } from '../store/job-metrics-store.ts';
import type { JobKind, JobRecord } from '../store/job-store.ts';
import { HubRequests } from './hub-requests.ts';

export interface WorkerClientOptions {
  /** Address of the hub, without a path: 'http://127.0.0.1:8080'. */
  readonly url: string;
  readonly token: string;
  /** The worker's name, by which it holds leases. */
  readonly worker: string;
}

const TRANSFER_TIMEOUT_MS = 10 * 60_000;
/** Sent at a time. */
const PART_BYTES = 2 ** 18;

/** Speaks the hub's API for workers. Every call may throw OutsideError UNREACHABLE. */
export class WorkerClient {
  readonly worker: string;
  readonly #hub: HubRequests;

  constructor({ worker, ...hub }: WorkerClientOptions) {
    this.worker = worker;
    this.#hub = new HubRequests(hub);
  }

  /** The next job of these kinds, now this worker's; undefined when none waits. */
  async lease(kinds: readonly JobKind[]): Promise<JobRecord | undefined> {
    const response = await this.#hub.post('/jobs/lease', { worker: this.worker, kinds });
    if (response.status === 204) return undefined;
    return (await response.json()) as JobRecord;
  }

  /** Tells figures of the job. @throws RequestError LEASE_LOST */
  async record(jobId: string, update: JobMetricsUpdate): Promise<void> {
    await this.#hub.post(`/jobs/${jobId}/metrics`, { worker: this.worker, ...update });
  }

  /** @param pieces bytes that follow each other @throws RequestError LEASE_LOST */
  async putCheckpoint(
    jobId: string,
    pieces: readonly Uint8Array[],
    { epoch, step }: { readonly epoch: number; readonly step: number },
  ): Promise<void> {
    const hash = createHash('sha256');
    for (const piece of pieces) hash.update(piece);
    const place = { epoch: String(epoch), step: String(step) };
    const query = new URLSearchParams({ worker: this.worker, digest: hash.digest('hex'), ...place });
    await this.#hub.send('PUT', `/jobs/${jobId}/checkpoint?${query}`, {
      body: streamOf(pieces),
      headers: { 'content-type': 'application/octet-stream' },
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
  }

  /** @throws RequestError LEASE_LOST */
  async complete(jobId: string, result: unknown): Promise<void> {
    await this.#hub.post(`/jobs/${jobId}/complete`, { worker: this.worker, result });
  }

  /** @throws RequestError LEASE_LOST */
  async fail(jobId: string, failure: { code: string; message: string; retryable: boolean }): Promise<void> {
    await this.#hub.post(`/jobs/${jobId}/fail`, { worker: this.worker, ...failure });
  }

  /** The bytes of a blob, checked. @throws RequestError NOT_FOUND; OutsideError DIGEST_MISMATCH */
  async blob(digest: string): Promise<Uint8Array> {
    const response = await this.#hub.send('GET', `/blobs/${digest}`, { timeoutMs: TRANSFER_TIMEOUT_MS });
    const bytes = await readBody(response);
    const got = sha256Hex(bytes);
    if (got !== digest) throw new OutsideError('DIGEST_MISMATCH', `expected blob ${digest}, got ${got}`);
    return bytes;
  }

  /**
   * Has a blob read in parts while it comes. Whether it is the one that was asked for shows behind its last part.
   *
   * @throws RequestError NOT_FOUND; OutsideError DIGEST_MISMATCH
   */
  async readBlob<T>(digest: string, read: (parts: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T> {
    const { body } = await this.#hub.send('GET', `/blobs/${digest}`, { timeoutMs: TRANSFER_TIMEOUT_MS });
    return read(checkedParts(body, digest));
  }

  /** Sends bytes and returns their digest. */
  async putBlob(bytes: Uint8Array): Promise<string> {
    const digest = sha256Hex(bytes);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.#hub.send('PUT', `/blobs/${digest}`, {
      body: streamOf([bytes]),
      headers,
      timeoutMs: TRANSFER_TIMEOUT_MS,
    });
    return digest;
  }
}

/** Bytes in parts that are copied on their way one by one: fetch copies whatever it is given. */
function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    (function* () {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; at += PART_BYTES) yield piece.subarray(at, at + PART_BYTES);
      }
    })(),
  );
}

async function* checkedParts(body: ReadableStream<Uint8Array> | null, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const part of body ?? []) {
      hash.update(part);
      yield part;
    }
  } catch (cause) {
    throw new OutsideError('UNREACHABLE', 'receive a blob', { cause });
  }
  const got = hash.digest('hex');
  if (got !== digest) throw new OutsideError('DIGEST_MISMATCH', `expected blob ${digest}, got ${got}`);
}

async function readBody(response: Response): Promise<Uint8Array> {
  try {
    const sizeBytes = Number(response.headers.get('content-length'));
    // What a proxy has packed is longer than it says.
    const isPlain = sizeBytes > 0 && !response.headers.has('content-encoding');
    return isPlain && response.body
      ? await gathered(response.body, sizeBytes)
      : new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new OutsideError('UNREACHABLE', 'receive a blob', { cause });
  }
}

/** The parts in one array from the start: gathered afterwards, they would be in memory twice. */
async function gathered(body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for await (const part of body) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.subarray(0, at);
}
