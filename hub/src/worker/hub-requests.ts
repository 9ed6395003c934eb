import { setImmediate as turn } from 'node:timers/promises';
import { type HubError, type HubErrorCode, OutsideError, RequestError } from '../errors.ts';

export interface HubRequest {
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const TIMEOUT_MS = 15_000;

const KNOWN_CODES: ReadonlySet<string> = new Set<HubErrorCode>([
  'INVALID_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'TOO_LARGE',
  'LEASE_LOST',
  'CANCELLED',
  'DIGEST_MISMATCH',
]);

/** Asks the hub over HTTP; what it refuses comes back as the error it was there. */
export class HubRequests {
  readonly #base: string;
  readonly #token: string;

  /** @param url address of the hub, without a path */
  constructor({ url, token }: { readonly url: string; readonly token: string }) {
    this.#base = `${url.replace(/\/+$/, '')}/api/v1`;
    this.#token = token;
  }

  /** @throws OutsideError UNREACHABLE; RequestError with the hub's code */
  post(path: string, body: unknown): Promise<Response> {
    return this.send('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      timeoutMs: TIMEOUT_MS,
    });
  }

  /** @throws OutsideError UNREACHABLE; RequestError with the hub's code */
  async send(method: string, path: string, { body, headers, timeoutMs }: HubRequest): Promise<Response> {
    // During a long run the hub may have closed the connection that would be used: the event loop has to hear of it.
    await turn();
    let response: Response;
    try {
      response = await fetch(`${this.#base}${path}`, {
        method,
        headers: { ...headers, authorization: `Bearer ${this.#token}` },
        ...(body === undefined ? {} : { body, duplex: 'half' }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (cause) {
      throw new OutsideError('UNREACHABLE', `${method} ${path} at ${this.#base}`, { cause });
    }
    if (response.ok) return response;
    throw await errorOf(response, `${method} ${path}`);
  }
}

/** The problem the hub answered with, as the error it was there. */
async function errorOf(response: Response, what: string): Promise<HubError> {
  const text = await response.text().catch(() => '');
  let problem: { code?: unknown; detail?: unknown } = {};
  try {
    problem = JSON.parse(text);
  } catch {
    // A proxy in between answers in its own words; the status says enough.
  }
  const code = typeof problem.code === 'string' ? problem.code : '';
  const detail = typeof problem.detail === 'string' ? problem.detail : `${what} was answered with ${response.status}`;
  if (KNOWN_CODES.has(code)) return new RequestError(code as HubErrorCode, detail);
  if (response.status === 401) return new RequestError('UNAUTHENTICATED', detail);
  if (response.status >= 500) return new OutsideError('UNREACHABLE', detail);
  return new RequestError('INVALID_INPUT', detail);
}
