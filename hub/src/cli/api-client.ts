import { type HubErrorCode, OutsideError, RequestError } from '../errors.ts';

/** Speaks the hub's API for the command line: JSON in, JSON out, problems as errors with their code. */
export class ApiClient {
  readonly #base: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  constructor(url: string, token: string | undefined, send: typeof fetch) {
    this.#base = `${url.replace(/\/+$/, '')}/api/v1`;
    this.#token = token;
    this.#fetch = send;
  }

  async get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    return this.#json<T>('GET', withQuery(path, query));
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#json<T>('POST', path, JSON.stringify(body));
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.#json<T>('PUT', path, JSON.stringify(body));
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.#json<T>('PATCH', path, JSON.stringify(body));
  }

  async delete(path: string): Promise<void> {
    await this.#request('DELETE', path, {});
  }

  /** Sends a file. */
  async upload<T>(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
    bytes: ReadableStream<Uint8Array>,
  ): Promise<T> {
    const response = await this.#request('POST', withQuery(path, query), {
      body: bytes,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
    });
    return (await response.json()) as T;
  }

  /** The answer as it comes in, for streams without end. */
  async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#request('GET', path, { signal });
    if (response.body) return response.body;
    throw new OutsideError('UNREACHABLE', `GET ${path}: expected a stream, got nothing`);
  }

  async #json<T>(method: string, path: string, body?: string): Promise<T> {
    const response = await this.#request(method, path, {
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as T;
  }

  async #request(method: string, path: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string> | undefined),
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
    };
    let response: Response;
    try {
      response = await this.#fetch(`${this.#base}${path}`, { ...init, method, headers });
    } catch (cause) {
      const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
      throw new OutsideError('UNREACHABLE', `reach the hub at ${this.#base}`, { cause: reason });
    }
    if (response.ok) return response;
    throw await problemOf(response, `${method} ${path}`);
  }
}

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? path : `${path}?${params}`;
}

/** RFC 9457: the hub explains itself as a problem document. */
async function problemOf(response: Response, what: string): Promise<RequestError | OutsideError> {
  const problem = (await response.json().catch(() => undefined)) as { code?: string; detail?: string } | undefined;
  if (problem?.code === undefined || problem.detail === undefined) {
    return new OutsideError('UNREACHABLE', `${what}: expected the answer of an Edgeloop hub, got ${response.status}`);
  }
  return new RequestError(problem.code as HubErrorCode, problem.detail);
}
