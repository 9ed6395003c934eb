import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { invalidDeviceId, isDeviceId } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { newId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { EnrollTokenRecord } from '../store/token-store.ts';
import { hashSecret, newSecret } from './secret.ts';

export const DEFAULT_ENROLL_TTL_SECONDS = 24 * 3600;

export interface EnrollTokenRequest {
  /** Only this device may use it; undefined means any. */
  readonly deviceId?: string | undefined;
  readonly labels?: Record<string, string> | undefined;
  /** @default DEFAULT_ENROLL_TTL_SECONDS */
  readonly ttlSeconds?: number | undefined;
}

export interface EnrollRequest {
  readonly token: string;
  readonly deviceId: string;
  readonly publicKey: Readonly<Record<string, unknown>>;
  readonly profile: string;
  readonly profileReason: string;
  readonly agentVersion: string;
}

/** Lets devices in: a one-time token brings in one device with one key. */
export class Enrollment {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The token is in the answer and nowhere else afterwards. */
  async createToken(request: EnrollTokenRequest): Promise<{ record: EnrollTokenRecord; token: string }> {
    if (request.deviceId !== undefined && !isDeviceId(request.deviceId)) throw invalidDeviceId(request.deviceId);
    const token = newSecret('ele');
    const nowMs = this.#clock.nowMs();
    const record: EnrollTokenRecord = {
      id: newId('enroll', nowMs),
      deviceId: request.deviceId ?? null,
      labels: request.labels ?? {},
      createdMs: nowMs,
      expiresMs: nowMs + 1000 * (request.ttlSeconds ?? DEFAULT_ENROLL_TTL_SECONDS),
      usedMs: null,
      usedBy: null,
    };
    await this.#store.tokens.addEnrollToken({ ...record, hash: hashSecret(token) });
    return { record, token };
  }

  /**
   * Takes the device in and uses the token up.
   *
   * A repeat with the same token, device and key succeeds again: the device may have missed the first answer.
   *
   * @throws RequestError UNAUTHENTICATED for an unknown, used or expired token, FORBIDDEN for another device's,
   *   ALREADY_EXISTS when the device id is taken, INVALID_INPUT for a key that is not Ed25519
   */
  async enroll(request: EnrollRequest): Promise<void> {
    if (!isDeviceId(request.deviceId)) throw invalidDeviceId(request.deviceId);
    const publicKey = ed25519Jwk(request.publicKey);
    const nowMs = this.#clock.nowMs();
    await this.#store.transaction(async (tx) => {
      const token = await tx.tokens.enrollTokenByHash(hashSecret(request.token));
      const device = await tx.devices.find(request.deviceId);
      if (token?.usedBy === request.deviceId && device?.publicKey['x'] === publicKey.x && device.revokedMs === null)
        return;
      checkToken(token, request.deviceId, nowMs);
      if (device) throw new RequestError('ALREADY_EXISTS', `a device ${request.deviceId} is already enrolled`);
      await tx.tokens.useEnrollToken(token.id, request.deviceId, nowMs);
      await addDevice(tx, request, publicKey, token, nowMs);
    });
  }
}

async function addDevice(
  tx: Store,
  request: EnrollRequest,
  publicKey: { kty: string; crv: string; x: string },
  token: EnrollTokenRecord,
  nowMs: number,
): Promise<void> {
  await tx.devices.add({
    id: request.deviceId,
    publicKey,
    profile: request.profile,
    profileReason: request.profileReason,
    labels: token.labels,
    agentVersion: request.agentVersion,
    enrolledMs: nowMs,
  });
  await tx.events.add(
    {
      level: 'info',
      kind: 'device.enrolled',
      deviceId: request.deviceId,
      message: `${request.deviceId} was enrolled as ${request.profile} with ${token.id}`,
      detail: { tokenId: token.id, profile: request.profile, agentVersion: request.agentVersion },
    },
    nowMs,
  );
}

function checkToken(
  token: EnrollTokenRecord | undefined,
  deviceId: string,
  nowMs: number,
): asserts token is EnrollTokenRecord {
  if (!token) throw new RequestError('UNAUTHENTICATED', 'expected a live enrolment token, got an unknown one');
  if (token.usedMs !== null) {
    throw new RequestError('UNAUTHENTICATED', `enrolment token ${token.id} has been used, it works only once`);
  }
  if (token.expiresMs <= nowMs) {
    throw new RequestError('UNAUTHENTICATED', `enrolment token ${token.id} has expired`);
  }
  if (token.deviceId !== null && token.deviceId !== deviceId) {
    throw new RequestError('FORBIDDEN', `enrolment token ${token.id} is for another device than ${deviceId}`);
  }
}

function ed25519Jwk(jwk: Readonly<Record<string, unknown>>): { kty: string; crv: string; x: string } {
  const { kty, crv, x } = jwk;
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && isKey({ kty, crv, x })) return { kty, crv, x };
  throw new RequestError('INVALID_INPUT', 'publicKey must be the JWK of an Ed25519 public key');
}

function isKey(jwk: JsonWebKey): boolean {
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
    return true;
  } catch {
    // What is no key is answered by the caller.
    return false;
  }
}
