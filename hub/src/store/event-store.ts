import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export type EventLevel = 'info' | 'warning' | 'error';

/** Something an operator may want to know, in the order it happened. Never holds secrets. */
export interface EventRecord {
  readonly id: number;
  readonly atMs: number;
  readonly level: EventLevel;
  /** Dotted word: 'device.enrolled', 'device.refused', 'rollout.wave-started', 'drift.alert', ... */
  readonly kind: string;
  readonly deviceId: string | null;
  readonly model: string | null;
  /** ProblemCode or HubErrorCode when something was refused. */
  readonly code: string | null;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export type NewEvent = Pick<EventRecord, 'level' | 'kind' | 'message'> &
  Partial<Pick<EventRecord, 'deviceId' | 'model' | 'code' | 'detail'>>;

export interface EventFilter {
  readonly afterId?: number | undefined;
  readonly deviceId?: string | undefined;
  readonly model?: string | undefined;
  readonly kind?: string | undefined;
  /** @default 200 */
  readonly limit?: number | undefined;
}

/** Keeps the log of events and tells live listeners about each new one. */
export class EventStore {
  readonly #db: Kysely<Database>;
  readonly #listeners: Set<(event: EventRecord) => void>;

  constructor(db: Kysely<Database>, listeners: Set<(event: EventRecord) => void>) {
    this.#db = db;
    this.#listeners = listeners;
  }

  async add(event: NewEvent, nowMs: number): Promise<EventRecord> {
    const row = await this.#db
      .insertInto('events')
      .values({
        at_ms: nowMs,
        level: event.level,
        kind: event.kind,
        device_id: event.deviceId ?? null,
        model: event.model ?? null,
        code: event.code ?? null,
        message: event.message,
        detail: JSON.stringify(event.detail ?? {}),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const record = eventOf(row);
    for (const listener of this.#listeners) listener(record);
    return record;
  }

  /** Matching events, oldest first: the first ones after `afterId`, so that a reader can go on; else the newest. */
  async list(filter: EventFilter = {}): Promise<EventRecord[]> {
    let query = this.#db.selectFrom('events').selectAll();
    if (filter.afterId !== undefined) query = query.where('id', '>', filter.afterId);
    if (filter.deviceId !== undefined) query = query.where('device_id', '=', filter.deviceId);
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    const isForward = filter.afterId !== undefined;
    const rows = await query
      .orderBy('id', isForward ? 'asc' : 'desc')
      .limit(filter.limit ?? 200)
      .execute();
    return (isForward ? rows : rows.reverse()).map(eventOf);
  }

  /** Calls the listener for every event from now on; the returned function ends that. */
  subscribe(listener: (event: EventRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function eventOf(row: Selectable<Database['events']>): EventRecord {
  return {
    id: row.id,
    atMs: row.at_ms,
    level: row.level as EventLevel,
    kind: row.kind,
    deviceId: row.device_id,
    model: row.model,
    code: row.code,
    message: row.message,
    detail: JSON.parse(row.detail),
  };
}
