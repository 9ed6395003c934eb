import { RigError } from './errors.ts';

/** The hub's web API as a test sees it: JSON in, JSON out, refusals as errors with their code. */
export class HubClient {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  get<T>(path: string): Promise<T> {
    return this.#request<T>('GET', path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#request<T>('POST', path, JSON.stringify(body), 'application/json');
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#request<T>('PUT', path, JSON.stringify(body), 'application/json');
  }

  upload<T>(path: string, bytes: Uint8Array): Promise<T> {
    return this.#request<T>('POST', path, bytes, 'application/octet-stream');
  }

  /** Raw bytes, as of a blob. */
  async download(path: string): Promise<Uint8Array> {
    const response = await fetch(`${this.url}/api/v1${path}`, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!response.ok) throw new RigError('REQUEST_REFUSED', `GET ${path}: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  async #request<T>(
    method: string,
    path: string,
    body?: NonNullable<RequestInit['body']>,
    contentType?: string,
  ): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new RigError('REQUEST_REFUSED', `${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
