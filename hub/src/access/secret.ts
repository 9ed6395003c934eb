import { createHash, randomBytes } from 'node:crypto';

/** A new secret: the prefix tells what it opens, 256 random bits make it unguessable. */
export function newSecret(prefix: 'elt' | 'ele'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What the database keeps instead of a secret: SHA-256, hex. The secret is random, so no salt is needed. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
