import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export type DriftLevel = 'none' | 'possible' | 'drift';

/** One comparison of what devices saw with the version's reference. */
export interface DriftCheckRecord {
  readonly model: string;
  readonly version: number;
  readonly atMs: number;
  readonly level: DriftLevel;
  readonly windows: number;
  readonly readings: number;
  /** Largest first. */
  readonly features: readonly { readonly name: string; readonly psi: number; readonly level: DriftLevel }[];
  readonly predictionPsi: number;
  /** From labels known on the device; null without any. */
  readonly trueAccuracy: number | null;
  /** From calibrated confidences. */
  readonly estimatedAccuracy: number | null;
  readonly deviceIds: readonly string[];
}

export type AlertState = 'open' | 'resolved';

export interface AlertRecord {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly kind: 'drift' | 'accuracy';
  readonly state: AlertState;
  readonly message: string;
  /** Consecutive checks that said so when it was opened. */
  readonly checks: number;
  readonly evidence: DriftCheckRecord;
  readonly openedMs: number;
  readonly resolvedMs: number | null;
  readonly resolution: string | null;
}

/** Keeps drift checks and the alerts that came of them. */
export class AlertStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async addCheck(check: DriftCheckRecord): Promise<void> {
    await this.#db
      .insertInto('drift_checks')
      .values({
        model: check.model,
        version: check.version,
        at_ms: check.atMs,
        level: check.level,
        record: JSON.stringify(check),
      })
      .execute();
  }

  /** Newest first. */
  async checks(
    model: string,
    filter: { version?: number | undefined; untilMs?: number | undefined; limit: number },
  ): Promise<DriftCheckRecord[]> {
    let query = this.#db.selectFrom('drift_checks').selectAll().where('model', '=', model);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.untilMs !== undefined) query = query.where('at_ms', '<=', filter.untilMs);
    const rows = await query.orderBy('id', 'desc').limit(filter.limit).execute();
    return rows.map((row) => JSON.parse(row.record));
  }

  /** Adds or replaces. */
  async save(alert: AlertRecord, nowMs: number): Promise<void> {
    const changed = { state: alert.state, record: JSON.stringify(alert), updated_ms: nowMs };
    await this.#db
      .insertInto('alerts')
      .values({
        id: alert.id,
        model: alert.model,
        version: alert.version,
        kind: alert.kind,
        opened_ms: alert.openedMs,
        ...changed,
      })
      .onConflict((oc) => oc.column('id').doUpdateSet(changed))
      .execute();
  }

  async find(id: string): Promise<AlertRecord | undefined> {
    const row = await this.#db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && alertOf(row);
  }

  /** Newest first. */
  async list(filter: { model?: string | undefined; state?: AlertState | undefined } = {}): Promise<AlertRecord[]> {
    let query = this.#db.selectFrom('alerts').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    const rows = await query.orderBy('opened_ms', 'desc').limit(200).execute();
    return rows.map(alertOf);
  }
}

function alertOf(row: Selectable<Database['alerts']>): AlertRecord {
  return JSON.parse(row.record);
}
