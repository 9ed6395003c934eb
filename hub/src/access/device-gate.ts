import { isDeviceId, type ProblemCode } from '@edgeloop/protocol';
import { errors, importJWK, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { DeviceRecord } from '../store/device-store.ts';
import type { Store } from '../store/store.ts';

/** Longest life of a device's password; a stolen one is worth little. */
export const LONGEST_PASSWORD_SECONDS = 600;
// Clocks of devices without a battery are off by this much after a while.
const CLOCK_TOLERANCE_SECONDS = 60;

export type GateVerdict =
  | { readonly isAdmitted: true }
  | { readonly isAdmitted: false; readonly code: ProblemCode; readonly message: string };

/** Admits a device that proves with its enrolled key who it is. The proof is a JWT in place of a password. */
export class DeviceGate {
  readonly #store: Store;
  readonly #hubId: string;
  readonly #clock: Clock;

  constructor(store: Store, hubId: string, clock: Clock) {
    this.#store = store;
    this.#hubId = hubId;
    this.#clock = clock;
  }

  /** @param username must be the device id, as the client id of the connection */
  async check(deviceId: string, username: string | undefined, password: string | undefined): Promise<GateVerdict> {
    if (!isDeviceId(deviceId)) return refused('UNKNOWN_DEVICE', 'the client id is no device id');
    if (username !== deviceId) return refused('BAD_CREDENTIALS', `expected user name ${deviceId}, got another one`);
    const device = await this.#store.devices.find(deviceId);
    if (!device) return refused('UNKNOWN_DEVICE', `no device ${deviceId} is enrolled`);
    if (device.revokedMs !== null) return refused('DEVICE_REVOKED', `${deviceId} was revoked`);
    if (password === undefined) return refused('BAD_CREDENTIALS', 'expected a signed token as password, got none');
    return this.#checkToken(device, password);
  }

  async #checkToken(device: DeviceRecord, token: string): Promise<GateVerdict> {
    const now = new Date(this.#clock.nowMs());
    try {
      const { payload } = await jwtVerify(token, await importJWK({ ...device.publicKey }, 'EdDSA'), {
        algorithms: ['EdDSA', 'Ed25519'],
        audience: this.#hubId,
        subject: device.id,
        requiredClaims: ['exp', 'iat'],
        // Also refuses tokens from the future.
        maxTokenAge: LONGEST_PASSWORD_SECONDS,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: now,
      });
      return checkLifetime(payload);
    } catch (error) {
      return refused('BAD_CREDENTIALS', reasonOf(error));
    }
  }
}

function checkLifetime({ exp = 0, iat = 0 }: JWTPayload): GateVerdict {
  const lifetime = exp - iat;
  if (lifetime <= LONGEST_PASSWORD_SECONDS) return { isAdmitted: true };
  return refused('BAD_CREDENTIALS', `a token may live ${LONGEST_PASSWORD_SECONDS} s, got one for ${lifetime} s`);
}

/** Never repeats the token, nor what is inside it. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iat') {
    return 'the token is from the future; is the clock of the device right?';
  }
  if (error instanceof errors.JWTExpired) return 'the token has expired; is the clock of the device right?';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the token is not signed with the enrolled key';
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim "${error.claim}" of the token is wrong`;
  return 'the password is no token that this hub understands';
}

function refused(code: ProblemCode, message: string): GateVerdict {
  return { isAdmitted: false, code, message };
}
