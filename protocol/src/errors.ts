/** What can go wrong between hub and agent, as closed words. Callers decide by code, never by message. */
export type ProtocolErrorCode =
  // the caller misused us
  | 'INVALID_INPUT'
  | 'INVALID_IDENTIFIER'
  | 'WINDOWS_NOT_MERGEABLE'
  // the outside failed or lied
  | 'MALFORMED_MESSAGE'
  | 'UNSUPPORTED_PROTOCOL_VERSION'
  | 'SIGNATURE_INVALID'
  | 'UNKNOWN_KEY'
  | 'WRONG_PAYLOAD_TYPE'
  | 'DIGEST_MISMATCH'
  | 'CHUNK_INVALID';

/** Base of every error this package throws. */
export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  /** Machine-readable particulars: what was expected, what came. Never secrets. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ProtocolErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The caller handed over something this package cannot work with. */
export class ProtocolUsageError extends ProtocolError {}

/** Bytes from outside are damaged, forged or from a future we do not speak. */
export class ReceivedDataError extends ProtocolError {}

/** The peer speaks another version of the protocol; 0 means that it named none. */
export class UnsupportedProtocolVersionError extends ReceivedDataError {
  readonly got: number;
  readonly supported: number;

  constructor(messageName: string, got: number, supported: number) {
    super('UNSUPPORTED_PROTOCOL_VERSION', `${messageName}: expected protocol version ${supported}, got ${got}`, {
      details: { got, supported },
    });
    this.got = got;
    this.supported = supported;
  }
}
