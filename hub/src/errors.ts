/** What can go wrong in the hub, as closed words. Callers decide by code, never by message. */
export type HubErrorCode =
  // the caller misused us
  | 'INVALID_INPUT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'TOO_LARGE'
  | 'GATE_REFUSED'
  | 'PROFILE_UNFIT'
  | 'LEASE_LOST'
  | 'CANCELLED'
  // the outside failed or lied
  | 'DIGEST_MISMATCH'
  | 'SIGNATURE_INVALID'
  | 'DATA_INVALID'
  | 'MODEL_INVALID'
  | 'UNREACHABLE'
  | 'STORAGE_FAILED'
  | 'JOB_FAILED'
  | 'LOSS_NOT_FINITE'
  | 'CHECKPOINT_BROKEN'
  | 'OUT_OF_MEMORY'
  | 'ENGINE_MISSING'
  // cannot happen
  | 'INTERNAL';

export interface HubErrorOptions {
  readonly cause?: unknown;
  /** Machine-readable particulars: what was expected, what came, limits. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** When the same call may be tried again. */
  readonly retryAfterMs?: number;
}

/** Base of every error the hub throws on purpose. */
export abstract class HubError extends Error {
  readonly code: HubErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(code: HubErrorCode, message: string, options: HubErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The caller asked for something that cannot be: wrong input, unknown name, missing right. */
export class RequestError extends HubError {}

/** The outside failed or lied: damaged data, a bad signature, a full disk, an unreachable peer. */
export class OutsideError extends HubError {}

/** A state the hub's own code should have made impossible. */
export class InternalError extends HubError {
  constructor(message: string, options: HubErrorOptions = {}) {
    super('INTERNAL', message, options);
  }
}

/** The sentence of any thrown value, with the causes behind it. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messageOf(error.cause)}`;
}
