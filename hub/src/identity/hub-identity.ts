import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createEd25519Signer, type Ed25519Signer, type Signer } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { OutsideError } from '../errors.ts';
import { newId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { writeFileAtomic } from '../store/write-file-atomic.ts';

/** A public key that devices of this hub trust. */
export interface HubKey {
  /** SHA-256 of the raw public key, hex. */
  readonly keyId: string;
  readonly publicKeyPem: string;
}

/** Who this hub is: its id, and the key it signs releases and desired states with. */
export class HubIdentity {
  /** Audience of the tokens that devices make for this hub. */
  readonly hubId: string;
  readonly signer: Signer;
  readonly keys: readonly HubKey[];

  constructor(hubId: string, signer: Ed25519Signer) {
    this.hubId = hubId;
    this.signer = signer;
    const publicKeyPem = signer.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    this.keys = [{ keyId: signer.keyId, publicKeyPem }];
  }
}

/**
 * Reads the hub's identity; makes it at the first start.
 *
 * @param keyPath PEM file of the Ed25519 private key
 * @throws OutsideError STORAGE_FAILED when the key of a hub that had one is gone, SIGNATURE_INVALID when it is another
 */
export async function openIdentity(store: Store, keyPath: string, clock: Clock): Promise<HubIdentity> {
  const knownKeyId = await store.settings.get('hub.keyId');
  const pem = await readKey(keyPath);
  if (pem === undefined && knownKeyId !== undefined) {
    // Devices trust the old key only: a new one would lock this hub out of its own fleet.
    throw new OutsideError('STORAGE_FAILED', `expected the release key in ${keyPath}, got no file; restore it`, {
      details: { keyId: knownKeyId },
    });
  }
  const signer = createEd25519Signer(pem ?? (await makeKey(keyPath)));
  if (knownKeyId !== undefined && knownKeyId !== signer.keyId) {
    throw new OutsideError(
      'SIGNATURE_INVALID',
      `expected release key ${knownKeyId} in ${keyPath}, got ${signer.keyId}`,
    );
  }
  return new HubIdentity(await ensureHubId(store, signer.keyId, clock.nowMs()), signer);
}

async function ensureHubId(store: Store, keyId: string, nowMs: number): Promise<string> {
  return store.transaction(async (tx) => {
    const known = await tx.settings.get('hub.id');
    if (known !== undefined) return known;
    const hubId = newId('hub', nowMs);
    await tx.settings.set('hub.id', hubId);
    await tx.settings.set('hub.keyId', keyId);
    await tx.events.add(
      {
        level: 'warning',
        kind: 'hub.key-created',
        message: `made the release key ${keyId}; keep a copy of keys/release.pem in a safe place`,
        detail: { hubId, keyId },
      },
      nowMs,
    );
    return hubId;
  });
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OutsideError('STORAGE_FAILED', `read the release key ${path}`, { cause });
  }
}

async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFileAtomic(path, pem, 0o600);
  return pem;
}
