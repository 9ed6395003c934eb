import { createHash, createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto';
import { ProtocolUsageError, ReceivedDataError } from './errors.ts';
import { type Signature, SignedEnvelope } from './generated/messages.ts';

/** What the payload of a SignedEnvelope is. Signed along with it, so one kind can never pass for another. */
export const PAYLOAD_TYPES = {
  release: 'application/vnd.edgeloop.release+protobuf',
  desiredState: 'application/vnd.edgeloop.desired-state+protobuf',
} as const;

export type PayloadType = (typeof PAYLOAD_TYPES)[keyof typeof PAYLOAD_TYPES];

/** A Signer is responsible for keeping a private key and signing with it. */
export interface Signer {
  /** SHA-256 of the raw public key, hex. */
  readonly keyId: string;
  /** Ed25519 signature of exactly these bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A public key whose signatures count: a key object, PEM text or the 32 raw bytes. */
export interface TrustedKey {
  readonly publicKey: KeyObject | string | Uint8Array;
}

// RFC 8410: SubjectPublicKeyInfo of an Ed25519 key is this prefix and the 32 raw bytes.
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_KEY_BYTES = 32;

/** Signs with an Ed25519 private key held in this process. */
export class Ed25519Signer implements Signer {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor(privateKey: KeyObject) {
    if (privateKey.type !== 'private' || privateKey.asymmetricKeyType !== 'ed25519') {
      throw new ProtocolUsageError('INVALID_INPUT', `expected an Ed25519 private key, got ${describeKey(privateKey)}`);
    }
    this.#privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey);
    this.keyId = keyIdOf(this.publicKey);
  }

  async sign(bytes: Uint8Array): Promise<Uint8Array> {
    return new Uint8Array(sign(null, bytes, this.#privateKey));
  }
}

/**
 * A signer over a PEM text or a key object.
 *
 * @throws ProtocolUsageError INVALID_INPUT when it is not an Ed25519 private key
 */
export function createEd25519Signer(privateKey: string | KeyObject): Ed25519Signer {
  if (privateKey instanceof KeyObject) return new Ed25519Signer(privateKey);
  try {
    return new Ed25519Signer(createPrivateKey(privateKey));
  } catch (cause) {
    // The cause may quote the text, so it stays behind.
    if (cause instanceof ProtocolUsageError) throw cause;
    throw new ProtocolUsageError('INVALID_INPUT', 'expected an Ed25519 private key in PEM form, got other text');
  }
}

/**
 * SHA-256 of the raw public key, hex.
 *
 * @throws ProtocolUsageError INVALID_INPUT when it is not an Ed25519 public key
 */
export function keyIdOf(publicKey: KeyObject | string | Uint8Array): string {
  return createHash('sha256')
    .update(rawPublicKey(toPublicKey(publicKey)))
    .digest('hex');
}

/** DSSE's pre-authentication encoding: the bytes a signature covers. @see https://github.com/secure-systems-lab/dsse */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const typeLength = Buffer.byteLength(payloadType);
  const head = Buffer.from(`DSSEv1 ${typeLength} ${payloadType} ${payload.length} `);
  return new Uint8Array(Buffer.concat([head, payload]));
}

/** Signs `payload` once with each signer. */
export async function signEnvelope(
  payloadType: PayloadType,
  payload: Uint8Array,
  signers: readonly Signer[],
): Promise<SignedEnvelope> {
  const bytes = preAuthenticationEncoding(payloadType, payload);
  const signatures = signers.map(
    async (signer): Promise<Signature> => ({
      keyId: signer.keyId,
      algorithm: 'ed25519',
      value: await signer.sign(bytes),
    }),
  );
  return { payloadType, payload, signatures: await Promise.all(signatures) };
}

/** Whom and what a verifier accepts. */
export interface EnvelopeExpectation {
  readonly payloadType: PayloadType;
  readonly keys: readonly TrustedKey[];
  /** How many different keys must have signed. @default 1 */
  readonly threshold?: number;
}

/**
 * The payload, when enough trusted keys signed it. Decode it only after this returned.
 *
 * @throws ReceivedDataError MALFORMED_MESSAGE, WRONG_PAYLOAD_TYPE, UNKNOWN_KEY when no trusted key signed,
 *   SIGNATURE_INVALID when one of their signatures is wrong or fewer than `threshold` keys signed
 */
export function verifyEnvelope(envelope: Uint8Array | SignedEnvelope, expected: EnvelopeExpectation): Uint8Array {
  const { payloadType, payload, signatures } =
    envelope instanceof Uint8Array ? SignedEnvelope.decode(envelope) : envelope;
  if (payloadType !== expected.payloadType) {
    throw new ReceivedDataError(
      'WRONG_PAYLOAD_TYPE',
      `expected a payload of type ${expected.payloadType}, got ${JSON.stringify(payloadType.slice(0, 100))}`,
    );
  }
  const threshold = checkThreshold(expected.threshold ?? 1);
  const signers = validSigners(preAuthenticationEncoding(payloadType, payload), signatures, expected.keys);
  if (signers.size < threshold) {
    const count = `expected valid signatures of ${threshold} trusted keys, got ${signers.size}`;
    throw new ReceivedDataError(signers.size === 0 ? 'UNKNOWN_KEY' : 'SIGNATURE_INVALID', count);
  }
  return payload;
}

/** Ids of the trusted keys that signed. A key counts once, however often it is listed or signed. */
function validSigners(
  bytes: Uint8Array,
  signatures: readonly Signature[],
  trustedKeys: readonly TrustedKey[],
): Set<string> {
  const keys = new Map(trustedKeys.map(({ publicKey }) => [keyIdOf(publicKey), toPublicKey(publicKey)]));
  const signers = new Set<string>();
  for (const { keyId, algorithm, value } of signatures) {
    const key = keys.get(keyId);
    if (key === undefined) continue;
    if (algorithm !== 'ed25519' || !verify(null, bytes, key, value)) {
      throw new ReceivedDataError('SIGNATURE_INVALID', `expected a valid ed25519 signature of key ${keyId}`);
    }
    signers.add(keyId);
  }
  return signers;
}

function checkThreshold(threshold: number): number {
  if (Number.isInteger(threshold) && threshold >= 1) return threshold;
  throw new ProtocolUsageError('INVALID_INPUT', `threshold must be a positive integer, got ${threshold}`);
}

function toPublicKey(key: KeyObject | string | Uint8Array): KeyObject {
  const publicKey = key instanceof KeyObject ? key : importPublicKey(key);
  if (publicKey.type === 'public' && publicKey.asymmetricKeyType === 'ed25519') return publicKey;
  throw new ProtocolUsageError('INVALID_INPUT', `expected an Ed25519 public key, got ${describeKey(publicKey)}`);
}

function importPublicKey(key: string | Uint8Array): KeyObject {
  if (typeof key !== 'string' && key.length !== RAW_KEY_BYTES) {
    throw new ProtocolUsageError('INVALID_INPUT', `a raw public key has ${RAW_KEY_BYTES} bytes, got ${key.length}`);
  }
  try {
    if (typeof key === 'string') return createPublicKey(key);
    return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new ProtocolUsageError('INVALID_INPUT', 'expected an Ed25519 public key, got other data', { cause });
  }
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return key.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES);
}

function describeKey(key: KeyObject): string {
  return `a ${key.type} key of type ${key.asymmetricKeyType ?? 'none'}`;
}
