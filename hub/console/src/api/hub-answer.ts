import type { HubErrorCode } from '@edgeloop/hub';
import type { ClientResponse } from 'hono/client';
import { HubProblem, LinkError } from '../errors.ts';

/**
 * The JSON document a request was answered with.
 *
 * @throws HubProblem with the hub's own code when it refused; LinkError HUB_UNREACHABLE without an answer,
 * ANSWER_MALFORMED for one that is no JSON
 */
export async function hubAnswer<T>(request: Promise<ClientResponse<T, number, 'json'>>): Promise<T> {
  const response = await request.catch((cause: unknown) => {
    throw new LinkError('HUB_UNREACHABLE', 'the hub does not answer; see whether it runs and try again', { cause });
  });
  if (!response.ok) throw await problemOf(response);
  try {
    // json() is typed by what the client asked for; anything but JSON throws.
    return (await response.json()) as T;
  } catch (cause) {
    throw new LinkError('ANSWER_MALFORMED', `expected JSON from ${response.url}, got something else`, { cause });
  }
}

async function problemOf(response: Pick<Response, 'status' | 'statusText' | 'url' | 'text'>) {
  const { status, statusText, url } = response;
  const problem = problemBody(await response.text());
  if (problem) return new HubProblem({ ...problem, status });
  // What stands between us and the hub answered, such as a proxy.
  return new LinkError('ANSWER_MALFORMED', `expected an answer of the hub from ${url}, got ${status} ${statusText}`);
}

function problemBody(text: string): { code: HubErrorCode; title: string; detail: string } | undefined {
  try {
    const { code, title, detail } = JSON.parse(text);
    return typeof code === 'string'
      ? { code: code as HubErrorCode, title: String(title), detail: String(detail) }
      : undefined;
  } catch {
    // No JSON, so no problem document: the caller reports the bare status.
    return undefined;
  }
}
