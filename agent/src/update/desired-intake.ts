import { DesiredState, isSlotName, PAYLOAD_TYPES, type TrustedKey, verifyEnvelope } from '@edgeloop/protocol';
import { OutsideError } from '../errors.ts';

/** What a desired state must satisfy to be taken. */
export interface DesiredExpectation {
  readonly keys: readonly TrustedKey[];
  readonly deviceId: string;
  /** Generation of the last one that was taken; 0 for none. */
  readonly generation: number;
}

/**
 * The desired state in a signed envelope, when it is for this device and not older than the last one.
 *
 * @throws ReceivedDataError SIGNATURE_INVALID, UNKNOWN_KEY, WRONG_PAYLOAD_TYPE, MALFORMED_MESSAGE,
 *   UNSUPPORTED_PROTOCOL_VERSION; OutsideError WRONG_DEVICE, GENERATION_OLD, MALFORMED_MESSAGE
 */
export function readDesired(envelope: Uint8Array, expected: DesiredExpectation): DesiredState {
  const payload = verifyEnvelope(envelope, { payloadType: PAYLOAD_TYPES.desiredState, keys: expected.keys });
  const desired = DesiredState.decode(payload);
  if (desired.deviceId !== expected.deviceId) {
    throw new OutsideError('WRONG_DEVICE', `desired state: expected ${expected.deviceId}, got ${desired.deviceId}`);
  }
  if (desired.generation < expected.generation) {
    const range = `generation ${expected.generation} or higher`;
    throw new OutsideError('GENERATION_OLD', `desired state: expected ${range}, got ${desired.generation}`);
  }
  const odd = desired.slots.find(({ slot }) => !isSlotName(slot));
  if (odd !== undefined) {
    throw new OutsideError('MALFORMED_MESSAGE', `desired state: ${JSON.stringify(odd.slot)} is no name of a slot`);
  }
  const names = new Set(desired.slots.map(({ slot }) => slot));
  if (names.size === desired.slots.length) return desired;
  throw new OutsideError('MALFORMED_MESSAGE', 'desired state: expected each slot once, got one twice');
}
