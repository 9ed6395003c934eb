import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { HubError, messageOf } from '../errors.ts';
import { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import type { JobKind, JobRecord } from '../store/job-store.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { MemoryBlobs } from './memory-blobs.ts';

const TOKEN = 'elt_worker';
const STATUS: Readonly<Record<string, number>> = {
  LEASE_LOST: 409,
  CANCELLED: 409,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
};

/** The part of a hub that workers talk to, over real HTTP, with a real job queue; a test may break it. */
export class WorkerHub {
  readonly token: string = TOKEN;
  readonly blobs: MemoryBlobs = new MemoryBlobs();
  readonly calls: string[] = [];
  /** Answers what it returns instead, such as 503; undefined goes on. */
  obstacle: (call: string) => number | undefined = () => undefined;
  /** How far the hub's clock is ahead, to let leases run out. */
  aheadMs = 0;
  #store: Store | undefined;
  #queue: StoreJobQueue | undefined;
  #checkpoints: JobCheckpoints | undefined;
  #ended: ((job: JobRecord) => void)[] = [];
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  async start(): Promise<void> {
    this.#store = await openStore(':memory:');
    const clock = { nowMs: () => Date.now() + this.aheadMs };
    this.#queue = new StoreJobQueue(this.#store, clock);
    this.#checkpoints = new JobCheckpoints({ store: this.#store, blobs: this.blobs, queue: this.#queue, clock });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#store?.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get queue(): StoreJobQueue {
    if (this.#queue === undefined) throw new TypeError('WorkerHub is not started');
    return this.#queue;
  }

  get checkpoints(): JobCheckpoints {
    if (this.#checkpoints === undefined) throw new TypeError('WorkerHub is not started');
    return this.#checkpoints;
  }

  get store(): Store {
    if (this.#store === undefined) throw new TypeError('WorkerHub is not started');
    return this.#store;
  }

  enqueue(kind: JobKind, spec: unknown): Promise<string> {
    return this.queue.enqueue({ kind, spec });
  }

  /** The next job to end an attempt, well or not. */
  nextEnd(): Promise<JobRecord> {
    return new Promise((resolve) => this.#ended.push(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#route(request, response).catch((error: unknown) => {
      const code = error instanceof HubError ? error.code : 'INTERNAL';
      response.writeHead(STATUS[code] ?? 500, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ code, detail: messageOf(error) }));
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/api/v1', '');
    const call = `${request.method} ${path.replace(/\/(job-|[0-9a-f]{64})[^/]*/, '/ID').replace(/\?.*/, '')}`;
    this.calls.push(call);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const status = request.headers.authorization === `Bearer ${TOKEN}` ? this.obstacle(call) : 401;
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    const id = path.split('/')[2] ?? '';
    if (call === 'GET /blobs/ID') {
      response.end(await this.blobs.get(id));
      return;
    }
    const answer = call === 'PUT /blobs/ID' ? await this.blobs.put(body) : await this.#answerJob(call, id, path, body);
    response.writeHead(answer === undefined ? 204 : 200, { 'content-type': 'application/json' });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  async #answerJob(call: string, id: string, path: string, body: Buffer): Promise<unknown> {
    if (call !== 'PUT /jobs/ID/checkpoint') return this.#job(call, id, JSON.parse(body.toString()));
    const query = new URL(path, this.url).searchParams;
    const [worker, digest] = [query.get('worker') ?? '', query.get('digest') ?? ''];
    const place = { epoch: Number(query.get('epoch')), step: Number(query.get('step')) };
    return this.checkpoints.keep(id, worker, { digest, ...place, maxBytes: 2 ** 30 }, Readable.from([body]));
  }

  async #job(call: string, id: string, body: Record<string, never>): Promise<unknown> {
    const { worker, kinds, progress, result } = body;
    if (call === 'POST /jobs/lease') return this.queue.lease(worker ?? '', kinds ?? []);
    if (call === 'POST /jobs/ID/metrics') return this.queue.record(id, worker ?? '', body as never);
    if (call === 'POST /jobs/ID/heartbeat') return this.queue.heartbeat(id, worker ?? '', progress ?? null);
    const { code = '', message = '', retryable = false } = body;
    const job =
      call === 'POST /jobs/ID/complete'
        ? await this.queue.complete(id, worker ?? '', result)
        : await this.queue.fail(id, worker ?? '', { code, message, retryable });
    for (const tell of this.#ended.splice(0)) tell(job);
    return job;
  }
}
