export type ProfileErrorCode = 'PROFILE_INVALID' | 'PROFILE_UNKNOWN' | 'PROFILE_UNREADABLE';

/** A profile that cannot be used: not there, not readable, or not what the schema asks for. */
export class ProfileError extends Error {
  readonly code: ProfileErrorCode;

  constructor(code: ProfileErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProfileError';
    this.code = code;
  }
}
