import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeviceId, type TrustedKey } from '@edgeloop/protocol';
import { AgentUsageError, OutsideError } from '../errors.ts';
import { writeFileAtomically } from './atomic-file.ts';

/** A key of the hub whose signatures this device trusts. */
export interface HubKey {
  readonly keyId: string;
  readonly publicKeyPem: string;
}

/** Who this device is, and whom it trusts. */
export interface Identity {
  readonly deviceId: string;
  readonly hubId: string;
  readonly hubUrl: string;
  readonly mqttUrl: string;
  readonly hubKeys: readonly HubKey[];
  /** Ed25519, PKCS #8, PEM. Never leaves the device. */
  readonly privateKeyPem: string;
  /** Profile chosen when the device was enrolled; undefined to detect it. */
  readonly profile?: string | undefined;
}

const FILE = 'identity.json';
// The private key is in it.
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A fresh Ed25519 key: PKCS #8 PEM. */
export function makePrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** The public half as a JSON Web Key: RFC 8037, section 2. */
export function publicJwk(privateKeyPem: string): { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string } {
  const { x } = createPublicKey(createPrivateKey(privateKeyPem)).export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x: x ?? '' };
}

/** The private key as an object. @throws OutsideError IDENTITY_DAMAGED */
export function privateKeyOf(identity: Pick<Identity, 'privateKeyPem'>): KeyObject {
  try {
    return createPrivateKey(identity.privateKeyPem);
  } catch {
    // The cause may quote the key.
    throw new OutsideError('IDENTITY_DAMAGED', 'expected an Ed25519 private key in PEM form, got other text');
  }
}

/** Keys whose signatures count on this device. */
export function trustedKeys(identity: Pick<Identity, 'hubKeys'>): TrustedKey[] {
  return identity.hubKeys.map(({ publicKeyPem }) => ({ publicKey: publicKeyPem }));
}

/** The identity in `folder`; undefined when the device was never enrolled. @throws OutsideError IDENTITY_DAMAGED */
export async function loadIdentity(folder: string): Promise<Identity | undefined> {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw new OutsideError('IDENTITY_DAMAGED', `read ${path}`, { cause });
  }
  try {
    const identity = JSON.parse(text) as Identity;
    if (isIdentity(identity)) return identity;
  } catch (cause) {
    throw new OutsideError('IDENTITY_DAMAGED', `read ${path}`, { cause });
  }
  throw new OutsideError('IDENTITY_DAMAGED', `${path}: expected the identity of a device, got other JSON`);
}

/** @throws AgentUsageError NOT_ENROLLED */
export async function requireIdentity(folder: string): Promise<Identity> {
  const identity = await loadIdentity(folder);
  // An identity without a hub was begun and never confirmed.
  if (identity !== undefined && identity.hubId !== '') return identity;
  throw new AgentUsageError(
    'NOT_ENROLLED',
    `${folder}: this device is not enrolled; run "edgeloop-agent enroll" first`,
  );
}

/** Writes the identity so that only its owner can read it. */
export async function saveIdentity(folder: string, identity: Identity): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  await writeFileAtomically(join(folder, FILE), `${JSON.stringify(identity, undefined, 2)}\n`, FILE_MODE);
}

function isIdentity(value: Partial<Identity> | null): value is Identity {
  return (
    value !== null &&
    isDeviceId(value.deviceId) &&
    [value.hubId, value.hubUrl, value.mqttUrl, value.privateKeyPem].every((text) => typeof text === 'string') &&
    Array.isArray(value.hubKeys) &&
    value.hubKeys.every((key) => typeof key.publicKeyPem === 'string')
  );
}

function isAbsent(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}
