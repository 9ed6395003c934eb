import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ReadingRefused } from '../errors.ts';
import type { Outcome, Prediction, Reading } from '../reading.ts';
import { pause, type Time } from '../time.ts';
import { AGENT_VERSION } from '../version.ts';
import { failureOf, sendFailure, sendJson, sendWithBinary } from './http/http-answer.ts';
import { DEFAULT_BODY_BYTES, parseJson, readBody, splitBody } from './http/http-body.ts';
import { HttpFailure } from './http/http-failure.ts';
import { parseInferRequest } from './http/inference-protocol/infer-request.ts';
import { inferResponse, modelMetadata } from './http/inference-protocol/infer-response.ts';
import type { ServedModel } from './http/inference-protocol/served-model.ts';
import { predictAnswer, readPredictRequest } from './http/predict-request.ts';
import { RequestImages } from './http/request-images.ts';
import { ImageReader } from './image-reader.ts';
import type { Intake, Source } from './source.ts';

/** What a server may be told. */
export interface HttpLimits {
  /** @default DEFAULT_BODY_BYTES */
  readonly maxBodyBytes?: number | undefined;
  /** @default DEFAULT_MOST_PIXELS */
  readonly maxPixels?: number | undefined;
}

const LOOK_MS = 20;

const PREDICT_PATH = '/predict';
const MODEL_PATH = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/;

/**
 * Answers the Open Inference Protocol v2, and plain JSON at `/predict`, on connections it is given.
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
  readonly #images: ImageReader;
  readonly #maxBodyBytes: number;
  /** The server counts only connections it accepted itself. */
  readonly #sockets = new Set<Socket>();
  #intake: Intake | undefined;
  #isDraining = false;

  constructor(served: ServedModel, time: Time, { maxBodyBytes = DEFAULT_BODY_BYTES, maxPixels }: HttpLimits = {}) {
    this.#served = served;
    this.#time = time;
    this.#images = new ImageReader(maxPixels);
    this.#maxBodyBytes = maxBodyBytes;
    this.#server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
      const path = pathOf(request);
      this.#answer(path, request, response).catch((error: unknown) => {
        this.#count(error);
        sendFailure(response, error, path === PREDICT_PATH ? 'agent' : 'inference-protocol');
      });
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

  async #answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#isDraining) response.setHeader('connection', 'close');
    const model = MODEL_PATH.exec(path);
    const isInfer = model?.[3] === 'infer';
    checkMethod(request, isInfer || path === PREDICT_PATH ? 'POST' : 'GET');
    if (path === PREDICT_PATH) return this.#predict(request, response);
    if (path === '/v2') return sendJson(response, 200, SERVER_METADATA);
    if (path === '/v2/health/live') return sendJson(response, 200, { live: true });
    if (path === '/v2/health/ready') return this.#sendReady(response, {});
    if (model === null) throw new HttpFailure(404, `expected a path of the Open Inference Protocol, got ${path}`);
    this.#checkModel(decoded(model[1] ?? ''), model[2]);
    if (isInfer) return this.#infer(request, response);
    if (model[3] === 'ready') return this.#sendReady(response, { name: this.#served.model });
    sendJson(response, 200, modelMetadata(this.#served));
  }

  #requestImages(): RequestImages {
    return new RequestImages(this.#images);
  }

  #sendReady(response: ServerResponse, body: object): void {
    const ready = this.#intake !== undefined;
    sendJson(response, ready ? 200 : 503, { ...body, ready });
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
    const body = splitBody(request, await readBody(request, this.#maxBodyBytes));
    const parsed = await parseInferRequest(body, this.#served.signature, this.#time.nowMs(), this.#requestImages());
    const predictions = (await this.#take(parsed.readings)).map(({ prediction }) => prediction);
    const { json, binary } = inferResponse(parsed, this.#served, predictions);
    sendWithBinary(response, json, binary);
  }

  async #predict(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = parseJson(await readBody(request, this.#maxBodyBytes));
    const asked = await readPredictRequest(body, this.#served.signature, this.#time.nowMs(), this.#requestImages());
    const outcomes = await this.#take(asked.readings.map(({ reading }) => reading));
    sendJson(response, 200, predictAnswer(asked, outcomes));
  }

  /** All readings of a request, or none of them, get an answer. @throws HttpFailure 422, 500, 503 */
  async #take(readings: readonly Reading[]): Promise<(Outcome & { readonly prediction: Prediction })[]> {
    const intake = this.#intake;
    if (intake === undefined) throw new HttpFailure(503, 'the model is not ready', { code: 'STOPPED' });
    const outcomes = await Promise.all(readings.map((reading) => intake.take(reading)));
    return outcomes.map((outcome) => {
      if (outcome.failure !== undefined) throw failureOf(outcome.failure);
      return outcome;
    });
  }

  /** What does not even become a reading counts as well. */
  #count(error: unknown): void {
    if (error instanceof ReadingRefused) this.#intake?.fault('INPUT_INVALID', error.message, error.violation);
  }
}

const SERVER_METADATA = { name: 'edgeloop-agent', version: AGENT_VERSION, extensions: ['binary_tensor_data'] };

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw new HttpFailure(404, `expected a model's name in percent encoding, got ${JSON.stringify(part)}`, { cause });
  }
}

function checkMethod(request: IncomingMessage, expected: string): void {
  if (request.method === expected || (expected === 'GET' && request.method === 'HEAD')) return;
  throw new HttpFailure(405, `expected ${expected}, got ${request.method}`);
}
