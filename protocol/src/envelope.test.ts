import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  createEd25519Signer,
  type Ed25519Signer,
  keyIdOf,
  PAYLOAD_TYPES,
  type PayloadType,
  ProtocolUsageError,
  preAuthenticationEncoding,
  SignedEnvelope,
  signEnvelope,
  type TrustedKey,
  verifyEnvelope,
} from './index.ts';

const payload = Uint8Array.of(1, 2, 3);
const payloadType = PAYLOAD_TYPES.release;

function signer(): Ed25519Signer {
  return createEd25519Signer(generateKeyPairSync('ed25519').privateKey);
}

function trust(...signers: Ed25519Signer[]): TrustedKey[] {
  return signers.map(({ publicKey }) => ({ publicKey }));
}

async function signed(...signers: Ed25519Signer[]): Promise<SignedEnvelope> {
  return signEnvelope(payloadType, payload, signers);
}

describe('the bytes a signature covers', () => {
  test("are the ones of DSSE's example", () => {
    // DSSE protocol.md, test vectors: PAE("http://example.com/HelloWorld", "hello world")
    const bytes = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(bytes).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  test('count bytes, not characters', () => {
    expect(Buffer.from(preAuthenticationEncoding('ä', new Uint8Array())).toString()).toBe('DSSEv1 2 ä 0 ');
  });
});

describe('key ids', () => {
  // RFC 8032 section 7.1, test 1
  const raw = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
  const id = '21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9';

  test('are the SHA-256 of the raw key', () => {
    expect(keyIdOf(raw)).toBe(id);
  });

  test('are the same for a key object, PEM text and raw bytes', () => {
    const { publicKey, keyId } = signer();
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    expect([keyIdOf(publicKey), keyIdOf(pem), keyIdOf(rawKey)]).toEqual([keyId, keyId, keyId]);
  });

  test('are refused for other keys', () => {
    const { publicKey, privateKey } = generateKeyPairSync('x25519');
    for (const key of [publicKey, privateKey, 'no key', new Uint8Array(31)]) {
      expect(() => keyIdOf(key)).toThrow(ProtocolUsageError);
    }
    expect(() => createEd25519Signer(privateKey)).toThrow(ProtocolUsageError);
    expect(() => createEd25519Signer('no key')).toThrow(ProtocolUsageError);
  });
});

describe('verifying', () => {
  test('gives the payload of an envelope and of its bytes', async () => {
    const key = signer();
    const envelope = await signed(key);
    const expected = { payloadType, keys: trust(key) };
    expect(verifyEnvelope(envelope, expected)).toEqual(payload);
    expect(verifyEnvelope(SignedEnvelope.encode(envelope), expected)).toEqual(payload);
  });

  test('gives the same signature for the same bytes, from PEM too', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(await signed(createEd25519Signer(pem))).toEqual(await signed(createEd25519Signer(privateKey)));
  });

  test('refuses a key nobody trusts', async () => {
    const envelope = await signed(signer());
    expect(() => verifyEnvelope(envelope, { payloadType, keys: trust(signer()) })).toThrow(code('UNKNOWN_KEY'));
    expect(() => verifyEnvelope(envelope, { payloadType, keys: [] })).toThrow(code('UNKNOWN_KEY'));
  });

  test('refuses an envelope without signatures', () => {
    const unsigned = { payloadType, payload, signatures: [] };
    expect(() => verifyEnvelope(unsigned, { payloadType, keys: trust(signer()) })).toThrow(code('UNKNOWN_KEY'));
  });

  test('refuses a wrong signature under the name of a trusted key', async () => {
    const [trusted, other] = [signer(), signer()];
    const envelope = await signed(other);
    const forged = { ...envelope, signatures: envelope.signatures.map((s) => ({ ...s, keyId: trusted.keyId })) };
    expect(() => verifyEnvelope(forged, { payloadType, keys: trust(trusted) })).toThrow(code('SIGNATURE_INVALID'));
  });

  test('refuses an altered payload, a cut signature and another algorithm', async () => {
    const key = signer();
    const envelope = await signed(key);
    const [signature] = envelope.signatures;
    const altered = [
      { ...envelope, payload: Uint8Array.of(1, 2, 4) },
      { ...envelope, signatures: [{ ...signature!, value: signature!.value.subarray(1) }] },
      { ...envelope, signatures: [{ ...signature!, value: new Uint8Array() }] },
      { ...envelope, signatures: [{ ...signature!, algorithm: 'none' }] },
    ];
    for (const bad of altered) {
      expect(() => verifyEnvelope(bad, { payloadType, keys: trust(key) })).toThrow(code('SIGNATURE_INVALID'));
    }
  });

  test('refuses another type, whether signed so or altered later', async () => {
    const key = signer();
    const release = await signed(key);
    const keys = trust(key);
    const desired: PayloadType = PAYLOAD_TYPES.desiredState;
    expect(() => verifyEnvelope(release, { payloadType: desired, keys })).toThrow(code('WRONG_PAYLOAD_TYPE'));
    const renamed = { ...release, payloadType: desired };
    expect(() => verifyEnvelope(renamed, { payloadType: desired, keys })).toThrow(code('SIGNATURE_INVALID'));
  });

  test('refuses bytes that are no envelope', () => {
    expect(() => verifyEnvelope(Uint8Array.of(255), { payloadType, keys: [] })).toThrow(code('MALFORMED_MESSAGE'));
  });
});

describe('a threshold', () => {
  test('is met by that many different trusted keys', async () => {
    const [a, b, c] = [signer(), signer(), signer()];
    const expected = { payloadType, keys: trust(a, b, c), threshold: 2 };
    expect(verifyEnvelope(await signed(a, c), expected)).toEqual(payload);
    const one = await signed(a);
    expect(() => verifyEnvelope(one, expected)).toThrow(code('SIGNATURE_INVALID'));
    const oneAndStranger = await signed(a, signer());
    expect(() => verifyEnvelope(oneAndStranger, expected)).toThrow(code('SIGNATURE_INVALID'));
  });

  test('counts a key once, however often it signed or is listed', async () => {
    const key = signer();
    const twice = await signed(key, key);
    const expected = { payloadType, keys: trust(key, key), threshold: 2 };
    expect(() => verifyEnvelope(twice, expected)).toThrow(code('SIGNATURE_INVALID'));
  });

  test('must be a positive integer', async () => {
    const key = signer();
    const envelope = await signed(key);
    for (const threshold of [0, -1, 0.5, Number.NaN]) {
      expect(() => verifyEnvelope(envelope, { payloadType, keys: trust(key), threshold })).toThrow(
        code('INVALID_INPUT'),
      );
    }
  });
});

function code(expected: string): unknown {
  return expect.objectContaining({ code: expected });
}
