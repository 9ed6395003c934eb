import protobuf from 'protobufjs/minimal.js';
import { ProtocolUsageError, ReceivedDataError, UnsupportedProtocolVersionError } from './errors.ts';
import { ExactReader } from './exact-reader.ts';
import { checkMessage } from './message-check.ts';
import type { MessageShapes } from './message-shape.ts';
import type { Wire } from './plain-message.ts';

/** Version of the protocol this package speaks; every message that travels alone carries it. */
export const PROTOCOL_VERSION = 1;

/**
 * Longest message taken unless its codec's `limitBytes` says otherwise: a hundred telemetry windows and more. Keeps what
 * hostile bytes can make us allocate bounded.
 */
export const DEFAULT_LIMIT_BYTES: number = 512 * 1024;

const LIMIT_BYTES: Readonly<Record<string, number>> = {
  // A chunk of the largest size the design allows, with room for an operator who doubles it twice.
  BlobChunk: 2 * 1024 * 1024,
  // Chunk digests of every variant and a reference for thousands of features.
  Release: 8 * 1024 * 1024,
  SignedEnvelope: 8 * 1024 * 1024,
  // Whole input tensors, fetched as a blob of known size.
  GoldenVectors: 256 * 1024 * 1024,
};

/** What `encode` takes for a message: every field may be left out and counts as its proto3 default. */
export type MessageInput<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer Element)[]
    ? readonly MessageInput<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]?: MessageInput<T[Key]> | undefined }
      : T;

/** Turns one kind of message into bytes and back. */
export interface MessageCodec<Message> {
  readonly name: string;
  /** Longest input `decode` takes unless told otherwise, in bytes. */
  readonly limitBytes: number;

  /**
   * Bytes of `value`. A missing `protocolVersion` is set to PROTOCOL_VERSION; fields that an earlier `decode` did
   * not know are written again.
   *
   * @throws ProtocolUsageError INVALID_INPUT for a value the wire cannot carry exactly (wrong type, integer above 2^53)
   */
  encode(value: MessageInput<Message>): Uint8Array;

  /**
   * Plain object with every scalar, list and map present; absent sub-messages are left out. Shares no memory with
   * `bytes`. Fields of a newer sender are kept in a hidden property, so they survive `encode` but not a spread.
   *
   * @throws ReceivedDataError MALFORMED_MESSAGE for damaged, truncated or over-long bytes and integers above 2^53
   * @throws UnsupportedProtocolVersionError UNSUPPORTED_PROTOCOL_VERSION for any version but PROTOCOL_VERSION
   */
  decode(bytes: Uint8Array, limitBytes?: number): Message;
}

interface GeneratedType {
  encode(message: Wire): protobuf.Writer;
  decode(reader: Wire): object;
}

/** @package */
export function messageCodec<Message extends object>(
  name: string,
  type: GeneratedType,
  toPlain: (message: Wire) => Message,
  shapes: MessageShapes,
): MessageCodec<Message> {
  const isVersioned = shapes[name]?.some(([field]) => field === 'protocolVersion') ?? false;
  const defaultLimitBytes = LIMIT_BYTES[name] ?? DEFAULT_LIMIT_BYTES;

  function encode(value: MessageInput<Message>): Uint8Array {
    const message = isVersioned ? withProtocolVersion(value) : value;
    checkMessage(message, name, name, shapes);
    return plainView(type.encode(message).finish());
  }

  function decode(bytes: Uint8Array, limitBytes: number = defaultLimitBytes): Message {
    if (!(bytes instanceof Uint8Array)) {
      throw new ProtocolUsageError('INVALID_INPUT', `${name}: expected bytes, got ${typeof bytes}`);
    }
    if (bytes.length > limitBytes) {
      throw malformed(name, `expected at most ${limitBytes} bytes, got ${bytes.length}`);
    }
    const message = decodeWire(name, type, bytes, isVersioned);
    if (isVersioned) checkVersion(name, (message as { protocolVersion: number }).protocolVersion);
    return toPlain(message);
  }

  return { name, limitBytes: defaultLimitBytes, encode, decode };
}

function decodeWire(name: string, type: GeneratedType, bytes: Uint8Array, isVersioned: boolean): object {
  try {
    return type.decode(new ExactReader(bytes));
  } catch (cause) {
    // A later version may have changed the fields we stumbled over; its number still says so best.
    if (isVersioned) checkVersion(name, leadingVersion(bytes) ?? PROTOCOL_VERSION);
    throw malformed(name, `expected a protobuf message, got damaged bytes (${(cause as Error).message})`, cause);
  }
}

/** The protocol version when it is the first field, as every encoder writes it. */
function leadingVersion(bytes: Uint8Array): number | undefined {
  const reader = protobuf.Reader.create(bytes);
  try {
    return reader.uint32() === 8 ? reader.uint32() : undefined;
  } catch {
    // Too short for a version: the caller reports the damage itself.
    return undefined;
  }
}

function checkVersion(name: string, got: number): void {
  if (got !== PROTOCOL_VERSION) throw new UnsupportedProtocolVersionError(name, got, PROTOCOL_VERSION);
}

function withProtocolVersion<Value extends object>(value: Value): Value {
  if ((value as { protocolVersion?: number }).protocolVersion !== undefined) return value;
  const copy = { ...value, protocolVersion: PROTOCOL_VERSION };
  const unknowns = (value as { $unknowns?: unknown }).$unknowns;
  if (unknowns !== undefined) Object.defineProperty(copy, '$unknowns', { value: unknowns });
  return copy;
}

function malformed(name: string, problem: string, cause?: unknown): ReceivedDataError {
  return new ReceivedDataError('MALFORMED_MESSAGE', `${name}: ${problem}`, { cause });
}

/** The same memory without Node's Buffer on top, whose `slice` and `toJSON` mean other things. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
