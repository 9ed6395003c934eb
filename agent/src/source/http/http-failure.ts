import { type AgentErrorCode, OutsideError } from '../../errors.ts';

/** A request that gets no answer, with the status that says so. */
export class HttpFailure extends OutsideError {
  readonly status: number;
  /** Input, feature or part of the request that is at fault, where it is one. */
  readonly field: string | undefined;

  constructor(status: number, message: string, parts: { code?: AgentErrorCode; field?: string; cause?: unknown } = {}) {
    super(parts.code ?? 'INPUT_INVALID', message, { cause: parts.cause });
    this.status = status;
    this.field = parts.field;
  }
}

/** A request that is none of the protocol it is for. */
export function badRequest(message: string, field?: string): HttpFailure {
  return new HttpFailure(
    400,
    field === undefined ? message : `${field}: ${message}`,
    field === undefined ? {} : { field },
  );
}
