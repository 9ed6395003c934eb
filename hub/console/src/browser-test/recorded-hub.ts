import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { ApiRole } from '@edgeloop/hub';
import { recordedAnswers } from './recorded-answers.ts';

export const TOKENS = { elt_operator: 'operator', elt_viewer: 'viewer' } as const satisfies Record<string, ApiRole>;

/** Stricter than what the hub sends: the console needs nothing inline. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; connect-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly referer: string | undefined;
}

/** Serves the built console and answers its requests with recorded JSON. */
export class RecordedHub {
  readonly requests: RecordedRequest[] = [];
  /** Answers that replace the recorded ones, by "METHOD path". */
  readonly overrides = new Map<string, { status: number; body: unknown }>();
  readonly #folder: string;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  readonly #streams = new Set<ServerResponse>();

  constructor(consoleFolder: string) {
    this.#folder = consoleFolder;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  async stop(): Promise<void> {
    this.breakStreams();
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get listeners(): number {
    return this.#streams.size;
  }

  send(event: 'event' | 'telemetry', data: unknown, id?: number): void {
    const lines = [`event: ${event}`, ...(id === undefined ? [] : [`id: ${id}`]), `data: ${JSON.stringify(data)}`];
    for (const stream of this.#streams) stream.write(`${lines.join('\n')}\n\n`);
  }

  breakStreams(): void {
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (!url.pathname.startsWith('/api/')) return this.#sendFile(url.pathname, response);
    const method = request.method ?? 'GET';
    const path = url.pathname.slice('/api/v1'.length);
    this.requests.push({
      method,
      path: request.url ?? '',
      body: await text(request),
      referer: request.headers.referer,
    });
    const role = roleOf(request.headers.authorization);
    if (!role) return sendProblem(response, 401, 'UNAUTHENTICATED', 'the API token is not known');
    const override = this.overrides.get(`${method} ${path}`);
    if (override) return sendJson(response, override.status, override.body);
    if (path === '/events/stream') return this.#openStream(response);
    const answer = recordedAnswers(method, path, url.searchParams, role, Date.now());
    if (answer === undefined) return sendProblem(response, 404, 'NOT_FOUND', `nothing at ${method} ${path}`);
    return sendJson(response, 200, answer);
  }

  #openStream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': connected\n\n');
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #sendFile(path: string, response: ServerResponse): Promise<void> {
    const name = extname(path) === '' ? 'index.html' : path.slice('/console/'.length);
    const bytes = await readFile(join(this.#folder, name));
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': CONTENT_SECURITY_POLICY,
    });
    response.end(bytes);
  }
}

function roleOf(authorization: string | undefined): ApiRole | undefined {
  const token = authorization?.replace(/^Bearer /, '');
  return Object.entries(TOKENS).find(([known]) => known === token)?.[1];
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

export function problem(status: number, code: string, detail: string) {
  return { status, body: { type: `urn:edgeloop:problem:${code}`, title: 'Refused', status, code, detail } };
}

function sendProblem(response: ServerResponse, status: number, code: string, detail: string): void {
  sendJson(response, status, problem(status, code, detail).body);
}
