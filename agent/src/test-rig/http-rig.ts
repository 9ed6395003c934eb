import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { ServedModel } from '../source/http/inference-protocol/served-model.ts';
import { HttpSource } from '../source/http-source.ts';
import type { Intake } from '../source/source.ts';
import { systemTime } from '../time.ts';
import type { AfterTest } from './agent-process.ts';

/** What a client got. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or undefined where it is something else. */
  readonly body: unknown;
  readonly bytes: Buffer;
}

/** A client of a server under test. */
export interface HttpRig {
  /** Asks for a path; a body that is no text and no bytes goes as JSON. */
  call(path: string, body?: unknown, method?: string, headers?: Record<string, string>): Promise<HttpAnswer>;
}

/** A server that listens until the test is over. */
export async function serveHttp(
  served: ServedModel,
  intake: Intake,
  afterTest: AfterTest,
  limits: { readonly maxBodyBytes?: number; readonly maxPixels?: number } = {},
): Promise<HttpRig> {
  const source = new HttpSource(served, systemTime, limits);
  await source.start(intake);
  const door = createServer({ pauseOnConnect: true }, (socket) => source.accept(socket)).listen(0, '127.0.0.1');
  await once(door, 'listening');
  afterTest(async () => {
    door.close();
    await source.stop(1_000);
  });
  const base = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  return {
    async call(path, body, method = body === undefined ? 'GET' : 'POST', headers = {}) {
      const response = await fetch(base + path, {
        ...{ method, headers: { connection: 'close', ...headers } },
        ...(body === undefined ? {} : { body: payload(body) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, body: parsed(bytes) };
    },
  };
}

function payload(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Binary tensors, or nothing.
    return undefined;
  }
}
