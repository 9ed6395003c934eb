import { type ProblemCode, ProtocolError, type Violation, type ViolationKind } from '@edgeloop/protocol';

/** What can go wrong on a device, as closed words: the problems a hub knows, and those only a person at the device sees. */
export type AgentErrorCode =
  | ProblemCode
  // the caller misused us
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'ALREADY_ENROLLED'
  | 'NOT_ENROLLED'
  | 'ALREADY_RUNNING'
  // the outside failed or lied
  | 'ENROLL_REFUSED'
  | 'HUB_UNREACHABLE'
  | 'IDENTITY_DAMAGED'
  | 'LINK_DOWN'
  | 'STOPPED'
  // cannot happen
  | 'ILLEGAL_TRANSITION';

/** Base of every error this package throws. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;

  constructor(code: AgentErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
  }
}

/** The caller, or whoever wrote the configuration, asked for something that cannot be. */
export class AgentUsageError extends AgentError {}

/** Something outside the agent failed or lied: hub, disk, model, sensor. */
export class OutsideError extends AgentError {}

/** A reading does not fit the model's signature, so that there is no prediction. */
export class ReadingRefused extends OutsideError {
  readonly violation: Violation;

  /** @param feature name of the feature, or of the input where a whole tensor does not fit */
  constructor(feature: string, kind: ViolationKind, message: string, options: { readonly cause?: unknown } = {}) {
    super('INPUT_INVALID', `${feature}: ${message}`, options);
    this.violation = { feature, kind };
  }
}

/** The agent reached a state it should never be in. */
export class AgentInternalError extends AgentError {}

/** Code and sentence of anything caught, for a report to the hub. Foreign errors count as `fallback`. */
export function describeError(
  error: unknown,
  fallback: AgentErrorCode = 'INTERNAL',
): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: fallback, message: String(error) };
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const code = error instanceof AgentError || error instanceof ProtocolError ? error.code : fallback;
  return { code, message: `${error.message}${cause}` };
}
