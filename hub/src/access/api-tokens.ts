import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import { newId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { ApiRole, ApiTokenRecord } from '../store/token-store.ts';
import { writeFileAtomic } from '../store/write-file-atomic.ts';
import { hashSecret, newSecret } from './secret.ts';

// When a token was last used is for people to read; not worth a write per request.
const TOUCH_INTERVAL_MS = 60_000;

/** Makes, checks and revokes the tokens that open the web API. */
export class ApiTokens {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The token is in the answer and nowhere else afterwards. */
  async create(name: string, role: ApiRole): Promise<{ record: ApiTokenRecord; token: string }> {
    const token = newSecret('elt');
    return { record: await this.#add(name, role, token), token };
  }

  /** @throws RequestError UNAUTHENTICATED */
  async authenticate(token: string | undefined): Promise<ApiTokenRecord> {
    if (token === undefined) throw new RequestError('UNAUTHENTICATED', 'expected a bearer token, got none');
    const record = await this.#store.tokens.apiTokenByHash(hashSecret(token));
    if (!record) throw new RequestError('UNAUTHENTICATED', 'expected a live API token, got an unknown or revoked one');
    const nowMs = this.#clock.nowMs();
    if (nowMs - (record.lastUsedMs ?? 0) >= TOUCH_INTERVAL_MS) {
      await this.#store.tokens.touchApiToken(record.id, nowMs);
    }
    return record;
  }

  /**
   * The token in this file, readable by its owner only; made when there is none.
   *
   * A revoked one is replaced, but for `unlessAnother` only when no live token of the role is left: then undefined.
   * The file comes before the database row, so that a crash in between loses no token.
   */
  async ensureFile(
    path: string,
    wanted: { name: string; role: ApiRole; unlessAnother: boolean },
  ): Promise<{ token: string; isNew: boolean } | undefined> {
    const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
    const state = kept === '' ? 'unknown' : await this.#store.tokens.apiTokenState(hashSecret(kept));
    if (state === 'live') return { token: kept, isNew: false };
    if (state === 'revoked' && wanted.unlessAnother && (await this.#hasLive(wanted.role))) return undefined;
    const token = kept === '' || state === 'revoked' ? newSecret('elt') : kept;
    if (token !== kept) await writeFileAtomic(path, `${token}\n`, 0o600);
    await this.#add(wanted.name, wanted.role, token);
    return { token, isNew: true };
  }

  async #hasLive(role: ApiRole): Promise<boolean> {
    const records = await this.#store.tokens.listApiTokens();
    return records.some((record) => record.role === role && record.revokedMs === null);
  }

  async #add(name: string, role: ApiRole, token: string): Promise<ApiTokenRecord> {
    const createdMs = this.#clock.nowMs();
    const record = { id: newId('token', createdMs), name, role, createdMs, lastUsedMs: null, revokedMs: null };
    await this.#store.tokens.addApiToken({ ...record, hash: hashSecret(token) });
    return record;
  }
}
