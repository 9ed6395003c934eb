import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AgentError, describeError } from '../errors.ts';
import type { Outcome } from '../reading.ts';
import { pause, type Time } from '../time.ts';
import { AGENT_VERSION } from '../version.ts';
import { inferResponse, modelMetadata, parseInferRequest, type ServedModel } from './inference-protocol.ts';
import type { Intake, Source } from './source.ts';

/** Longest request body taken, in bytes. */
export const MOST_BODY_BYTES: number = 16 * 1024 * 1024;

const LOOK_MS = 20;

class HttpFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/;

/**
 * Answers the Open Inference Protocol v2 on connections it is given.
 *
 * It does not listen itself: the supervisor does, and hands connections to whichever runner serves, so that a port
 * never closes while models change.
 *
 * @see https://github.com/kserve/open-inference-protocol
 */
export class HttpSource implements Source {
  readonly #served: ServedModel;
  readonly #time: Time;
  readonly #server: Server;
  /** The server counts only connections it accepted itself. */
  readonly #sockets = new Set<Socket>();
  #intake: Intake | undefined;
  #isDraining = false;

  constructor(served: ServedModel, time: Time) {
    this.#served = served;
    this.#time = time;
    this.#server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => sendFailure(response, error));
    });
  }

  async start(intake: Intake): Promise<void> {
    this.#intake = intake;
  }

  /** Serves this connection until it closes. */
  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** Answers what was begun, asks every client to come back on a new connection, then closes. */
  async stop(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const deadline = this.#time.monotonicMs() + graceMs;
    while (this.#sockets.size > 0 && this.#time.monotonicMs() < deadline) await pause(this.#time, LOOK_MS);
    for (const socket of this.#sockets) socket.destroy();
    this.#intake = undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDraining) response.setHeader('connection', 'close');
    const path = new URL(request.url ?? '/', 'http://device').pathname;
    const model = MODEL_PATH.exec(path);
    const isInfer = model?.[3] === 'infer';
    checkMethod(request, isInfer ? 'POST' : 'GET');
    if (path === '/v2') return send(response, 200, { name: 'edgeloop-agent', version: AGENT_VERSION, extensions: [] });
    if (path === '/v2/health/live') return send(response, 200, { live: true });
    if (path === '/v2/health/ready') return this.#sendReady(response, {});
    if (model === null) throw new HttpFailure(404, `expected a path of the Open Inference Protocol, got ${path}`);
    this.#checkModel(decodeURIComponent(model[1] ?? ''), model[2]);
    if (isInfer) return this.#infer(request, response);
    if (model[3] === 'ready') return this.#sendReady(response, { name: this.#served.model });
    send(response, 200, modelMetadata(this.#served));
  }

  #sendReady(response: ServerResponse, body: object): void {
    const ready = this.#intake !== undefined;
    send(response, ready ? 200 : 503, { ...body, ready });
  }

  #checkModel(model: string, version: string | undefined): void {
    if (model !== this.#served.model) {
      throw new HttpFailure(404, `expected model ${this.#served.model}, got ${JSON.stringify(model)}`);
    }
    if (version !== undefined && version !== String(this.#served.version)) {
      throw new HttpFailure(404, `expected version ${this.#served.version}, got ${JSON.stringify(version)}`);
    }
  }

  async #infer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = parseJson(await readBody(request));
    const parsed = parseInferRequest(body, this.#served, this.#time.nowMs());
    const intake = this.#intake;
    if (intake === undefined) throw new HttpFailure(503, 'the model is not ready');
    const outcomes = await Promise.all(parsed.readings.map((reading) => intake.take(reading)));
    const failed = outcomes.find((outcome): outcome is Extract<Outcome, { failure: object }> => 'failure' in outcome);
    if (failed !== undefined) {
      throw new HttpFailure(failed.failure.code === 'INPUT_INVALID' ? 400 : 500, failed.failure.message);
    }
    const predictions = outcomes.flatMap(({ prediction }) => (prediction === undefined ? [] : [prediction]));
    send(response, 200, inferResponse(parsed, this.#served, predictions));
  }
}

function checkMethod(request: IncomingMessage, expected: string): void {
  if (request.method === expected || (expected === 'GET' && request.method === 'HEAD')) return;
  throw new HttpFailure(405, `expected ${expected}, got ${request.method}`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BODY_BYTES) throw new HttpFailure(413, `expected at most ${MOST_BODY_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpFailure(400, 'expected a JSON body');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

/** Open Inference Protocol v2: an error is an object with the one field `error`. */
function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return;
  if (response.req.readableEnded === false) response.setHeader('connection', 'close');
  send(response, statusOf(error), { error: describeError(error).message });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpFailure) return error.status;
  return error instanceof AgentError && error.code === 'INPUT_INVALID' ? 400 : 500;
}
