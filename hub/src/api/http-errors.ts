import { ProtocolUsageError } from '@edgeloop/protocol';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { HubError, type HubErrorCode, messageOf, RequestError } from '../errors.ts';
import type { Logger } from '../log.ts';

/** Body of every error answer. @see RFC 9457, Problem Details for HTTP APIs */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: HubErrorCode;
  readonly [extension: string]: unknown;
}

const STATUS: Readonly<Record<HubErrorCode, { status: ContentfulStatusCode; title: string }>> = {
  INVALID_INPUT: { status: 400, title: 'The request is not valid' },
  UNAUTHENTICATED: { status: 401, title: 'Who asks is not known' },
  FORBIDDEN: { status: 403, title: 'Not allowed' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  ALREADY_EXISTS: { status: 409, title: 'It already exists' },
  CONFLICT: { status: 409, title: 'Its present state does not allow that' },
  LEASE_LOST: { status: 409, title: 'The job belongs to another worker now' },
  CANCELLED: { status: 409, title: 'It was cancelled' },
  TOO_LARGE: { status: 413, title: 'Too large' },
  GATE_REFUSED: { status: 422, title: 'A gate said no' },
  PROFILE_UNFIT: { status: 422, title: 'The model does not fit the device' },
  DIGEST_MISMATCH: { status: 422, title: 'The bytes are not the ones their digest names' },
  SIGNATURE_INVALID: { status: 422, title: 'The signature is not valid' },
  DATA_INVALID: { status: 422, title: 'The data cannot be used' },
  MODEL_INVALID: { status: 422, title: 'The model cannot be used' },
  UNREACHABLE: { status: 502, title: 'A peer cannot be reached' },
  STORAGE_FAILED: { status: 507, title: 'The hub cannot store or read it' },
  JOB_FAILED: { status: 500, title: 'A job went wrong' },
  LOSS_NOT_FINITE: { status: 500, title: 'A training has left the numbers' },
  CHECKPOINT_BROKEN: { status: 500, title: 'A checkpoint is not what was kept' },
  OUT_OF_MEMORY: { status: 500, title: 'Memory ran out' },
  ENGINE_MISSING: { status: 500, title: 'What computes it is not installed' },
  INTERNAL: { status: 500, title: 'The hub made a mistake' },
};

/** Turns whatever was thrown into a problem answer. Only here is an HTTP status chosen for an error. */
export function answerError(error: unknown, c: Context, log: Logger): Response {
  const known = asHubError(error);
  if (!known) {
    // What happened inside is for the log; a stranger learns only that it did.
    log.error({ method: c.req.method, path: c.req.path, cause: messageOf(error) }, 'a request met an unknown error');
    return answer(c, 'INTERNAL', 'the hub met an error it does not know; its log says more', {});
  }
  const { status } = STATUS[known.code];
  if (status >= 500) log.error({ path: c.req.path, code: known.code, cause: messageOf(known) }, 'a request went wrong');
  if (known.retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(known.retryAfterMs / 1000)));
  return answer(c, known.code, messageOf(known), known.details);
}

/** The answer to a path nobody serves. */
export function answerUnknownPath(c: Context): Response {
  return answer(c, 'NOT_FOUND', `nothing at ${c.req.method} ${c.req.path}`, {});
}

function answer(c: Context, code: HubErrorCode, detail: string, extra: Readonly<Record<string, unknown>>): Response {
  const { status, title } = STATUS[code];
  const body: ProblemBody = { ...extra, type: `urn:edgeloop:problem:${code}`, title, status, detail, code };
  if (code === 'UNAUTHENTICATED') c.header('WWW-Authenticate', 'Bearer realm="edgeloop"');
  c.header('Content-Type', 'application/problem+json');
  return c.body(JSON.stringify(body), status);
}

function asHubError(error: unknown): HubError | undefined {
  if (error instanceof HubError) return error;
  if (error instanceof ProtocolUsageError) return new RequestError('INVALID_INPUT', error.message);
  if (error instanceof HTTPException) return fromHono(error);
  return undefined;
}

/** Hono's own refusals: JSON that is none, a body over its limit. */
function fromHono(error: HTTPException): HubError | undefined {
  if (error.status === 413) return new RequestError('TOO_LARGE', 'the body of the request is too long');
  if (error.status < 500) return new RequestError('INVALID_INPUT', error.message);
  return undefined;
}
