import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export const API_ROLES = ['admin', 'operator', 'viewer', 'worker'] as const;
/** What a token may do: everything; change the fleet and models; read; take jobs. */
export type ApiRole = (typeof API_ROLES)[number];

export interface ApiTokenRecord {
  readonly id: string;
  readonly name: string;
  readonly role: ApiRole;
  readonly createdMs: number;
  readonly lastUsedMs: number | null;
  readonly revokedMs: number | null;
}

export interface EnrollTokenRecord {
  readonly id: string;
  /** Only this device may use it; null means any. */
  readonly deviceId: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly usedMs: number | null;
  readonly usedBy: string | null;
}

/** Keeps API tokens and one-time enrolment tokens, by hash only. */
export class TokenStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async addApiToken(token: {
    id: string;
    name: string;
    role: ApiRole;
    hash: string;
    createdMs: number;
  }): Promise<void> {
    await this.#db
      .insertInto('api_tokens')
      .values({
        id: token.id,
        name: token.name,
        role: token.role,
        hash: token.hash,
        created_ms: token.createdMs,
        last_used_ms: null,
        revoked_ms: null,
      })
      .execute();
  }

  /** The live token of this hash; revoked ones are not found. */
  async apiTokenByHash(hash: string): Promise<ApiTokenRecord | undefined> {
    const row = await this.#db
      .selectFrom('api_tokens')
      .selectAll()
      .where('hash', '=', hash)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    return row && apiTokenOf(row);
  }

  async apiTokenState(hash: string): Promise<'unknown' | 'live' | 'revoked'> {
    const row = await this.#db
      .selectFrom('api_tokens')
      .select('revoked_ms')
      .where('hash', '=', hash)
      .executeTakeFirst();
    if (!row) return 'unknown';
    return row.revoked_ms === null ? 'live' : 'revoked';
  }

  async listApiTokens(): Promise<ApiTokenRecord[]> {
    const rows = await this.#db.selectFrom('api_tokens').selectAll().orderBy('created_ms').execute();
    return rows.map(apiTokenOf);
  }

  async touchApiToken(id: string, nowMs: number): Promise<void> {
    await this.#db.updateTable('api_tokens').set({ last_used_ms: nowMs }).where('id', '=', id).execute();
  }

  /** False when there is no such live token. */
  async revokeApiToken(id: string, nowMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('api_tokens')
      .set({ revoked_ms: nowMs })
      .where('id', '=', id)
      .where('revoked_ms', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  async addEnrollToken(token: EnrollTokenRecord & { readonly hash: string }): Promise<void> {
    await this.#db
      .insertInto('enroll_tokens')
      .values({
        id: token.id,
        hash: token.hash,
        device_id: token.deviceId,
        labels: JSON.stringify(token.labels),
        created_ms: token.createdMs,
        expires_ms: token.expiresMs,
        used_ms: token.usedMs,
        used_by: token.usedBy,
      })
      .execute();
  }

  async enrollTokenByHash(hash: string): Promise<EnrollTokenRecord | undefined> {
    const row = await this.#db.selectFrom('enroll_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
    return row && enrollTokenOf(row);
  }

  /** Newest first. */
  async listEnrollTokens(): Promise<EnrollTokenRecord[]> {
    const rows = await this.#db
      .selectFrom('enroll_tokens')
      .selectAll()
      .orderBy('created_ms', 'desc')
      .limit(500)
      .execute();
    return rows.map(enrollTokenOf);
  }

  /** Marks the token used; false when somebody else was first. */
  async useEnrollToken(id: string, deviceId: string, nowMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('enroll_tokens')
      .set({ used_ms: nowMs, used_by: deviceId })
      .where('id', '=', id)
      .where('used_ms', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}

function apiTokenOf(row: {
  id: string;
  name: string;
  role: string;
  created_ms: number;
  last_used_ms: number | null;
  revoked_ms: number | null;
}): ApiTokenRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role as ApiRole,
    createdMs: row.created_ms,
    lastUsedMs: row.last_used_ms,
    revokedMs: row.revoked_ms,
  };
}

function enrollTokenOf(row: Selectable<Database['enroll_tokens']>): EnrollTokenRecord {
  return {
    id: row.id,
    deviceId: row.device_id,
    labels: JSON.parse(row.labels),
    createdMs: row.created_ms,
    expiresMs: row.expires_ms,
    usedMs: row.used_ms,
    usedBy: row.used_by,
  };
}
