export type RigErrorCode = 'TIMED_OUT' | 'PROCESS_ENDED' | 'REQUEST_REFUSED' | 'STAGE_FAILED' | 'USAGE';

/** What the test rig, the demo and the benchmarks throw when the product did not do its part. */
export class RigError extends Error {
  readonly code: RigErrorCode;

  constructor(code: RigErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RigError';
    this.code = code;
  }
}
