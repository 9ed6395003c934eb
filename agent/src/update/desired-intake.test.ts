import { DesiredState, type MessageInput, PAYLOAD_TYPES, SignedEnvelope } from '@edgeloop/protocol';
import { describe, expect, it } from 'vitest';
import { makeTestKey, sealed } from '../test-rig/test-release.ts';
import { readDesired } from './desired-intake.ts';

const key = makeTestKey();
const expected = { keys: [{ publicKey: key.publicKeyPem }], deviceId: 'device-1', generation: 5 };

function desired(parts: MessageInput<DesiredState> = {}): Uint8Array {
  return DesiredState.encode({ deviceId: 'device-1', generation: 5, ...parts });
}

const signed = (payload: Uint8Array, by = key): Promise<Uint8Array> =>
  sealed(PAYLOAD_TYPES.desiredState, payload, [by]);

/** Protocol version 99 as the first field. */
const FROM_THE_FUTURE = Uint8Array.from([8, 99]);

describe('desired state', () => {
  it('is taken when it is signed, for this device and not older than the last one', async () => {
    expect(readDesired(await signed(desired()), expected)).toMatchObject({ generation: 5 });
    expect(readDesired(await signed(desired({ generation: 6 })), expected)).toMatchObject({ generation: 6 });
  });

  const refusals: readonly (readonly [string, string, () => Promise<Uint8Array>])[] = [
    ['signed by somebody else', 'UNKNOWN_KEY', () => signed(desired(), makeTestKey())],
    ['for another device', 'WRONG_DEVICE', () => signed(desired({ deviceId: 'device-2' }))],
    ['of an older generation', 'GENERATION_OLD', () => signed(desired({ generation: 4 }))],
    ['from the future', 'UNSUPPORTED_PROTOCOL_VERSION', () => signed(FROM_THE_FUTURE)],
    ['no message inside', 'MALFORMED_MESSAGE', () => signed(Uint8Array.from([0x2a, 0xff]))],
    ['no envelope', 'MALFORMED_MESSAGE', async () => Uint8Array.from([0xff, 0xff, 0xff])],
    ['a release instead', 'WRONG_PAYLOAD_TYPE', () => sealed(PAYLOAD_TYPES.release, desired(), [key])],
    ['a slot without a name', 'MALFORMED_MESSAGE', () => signed(desired({ slots: [{ slot: '../x' }] }))],
    ['a slot twice', 'MALFORMED_MESSAGE', () => signed(desired({ slots: [{ slot: 'a' }, { slot: 'a' }] }))],
  ];
  for (const [title, code, make] of refusals) {
    it(`is refused: ${title}`, async () => {
      const envelope = await make();
      expect(() => readDesired(envelope, expected)).toThrow(expect.objectContaining({ code }));
    });
  }

  it('is refused when one bit of the signature is wrong', async () => {
    const envelope = SignedEnvelope.decode(await signed(desired()));
    envelope.signatures[0]!.value[0]! ^= 1;
    expect(() => readDesired(SignedEnvelope.encode(envelope), expected)).toThrow(
      expect.objectContaining({ code: 'SIGNATURE_INVALID' }),
    );
  });
});
