import { randomBytes } from 'node:crypto';
import { ProtocolUsageError } from './errors.ts';

/** Names of devices, models and slots: they become topic levels, file names and URL parts without escaping. */
export const IDENTIFIER_PATTERN: RegExp = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** Whether `text` can name a device. */
export function isDeviceId(text: unknown): text is string {
  return isIdentifier(text);
}

/** Whether `text` can name a model. */
export function isModelName(text: unknown): text is string {
  return isIdentifier(text);
}

/** Whether `text` can name a slot. */
export function isSlotName(text: unknown): text is string {
  return isIdentifier(text);
}

/** INVALID_IDENTIFIER for a device id. */
export function invalidDeviceId(got: unknown): ProtocolUsageError {
  return invalidIdentifier('device id', got);
}

/** INVALID_IDENTIFIER for a model name. */
export function invalidModelName(got: unknown): ProtocolUsageError {
  return invalidIdentifier('model name', got);
}

/** INVALID_IDENTIFIER for a slot name. */
export function invalidSlotName(got: unknown): ProtocolUsageError {
  return invalidIdentifier('slot name', got);
}

/**
 * A fresh name for one start of an agent: 16 hex digits. Sequence numbers count within it, so it is never reused.
 *
 * @param random source of `length` unpredictable bytes
 */
export function bootId(random: (length: number) => Uint8Array = randomBytes): string {
  return Buffer.from(random(8)).toString('hex');
}

function isIdentifier(text: unknown): text is string {
  return typeof text === 'string' && IDENTIFIER_PATTERN.test(text);
}

function invalidIdentifier(kind: string, got: unknown): ProtocolUsageError {
  const rule = '1 to 63 of a-z, 0-9, ".", "_", "-", starting with a letter or digit';
  return new ProtocolUsageError('INVALID_IDENTIFIER', `${kind} must be ${rule}, got ${JSON.stringify(got)}`);
}
