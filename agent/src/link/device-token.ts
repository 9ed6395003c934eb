import type { KeyObject } from 'node:crypto';
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';

/** How long a token is good for, in seconds. Long enough for a slow handshake, too short to be worth stealing. */
export const TOKEN_SECONDS = 300;

/** What a token says: this device, to this hub. */
export interface TokenClaims {
  readonly deviceId: string;
  readonly hubId: string;
}

/** A fresh MQTT password: a JSON Web Token signed with the device's key. RFC 7519, EdDSA after RFC 8037. */
export function makeDeviceToken(
  { deviceId, hubId }: TokenClaims,
  privateKey: KeyObject,
  nowMs: number,
): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1_000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
    .setSubject(deviceId)
    .setAudience(hubId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TOKEN_SECONDS)
    .setJti(randomUUID())
    .sign(privateKey);
}
