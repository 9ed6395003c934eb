import { mergeWindows, TelemetryWindow } from '@edgeloop/protocol';
import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export const ROLLUP_STEPS_MS = [60_000, 3_600_000] as const;
export type RollupStepMs = (typeof ROLLUP_STEPS_MS)[number];
/** 12 columns each; SQLite takes 32,766 parameters a statement. */
const ROWS_PER_INSERT = 200;

export type AckChannel = 'telemetry' | 'samples';

/** A stored window with where it came from. */
export interface StoredWindow {
  readonly deviceId: string;
  readonly bootId: string;
  readonly receivedMs: number;
  readonly window: TelemetryWindow;
}

/** Windows of one device, slot and version merged over one step. */
export interface RollupRecord {
  readonly stepMs: RollupStepMs;
  readonly bucketMs: number;
  readonly deviceId: string;
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  readonly windows: number;
  readonly window: TelemetryWindow;
}

/** What goes into a rollup: a window, or a finer rollup. */
type RollupPart = Pick<RollupRecord, 'deviceId' | 'bucketMs' | 'windows' | 'window'>;

export interface TelemetryFilter {
  readonly model: string;
  readonly version?: number | undefined;
  readonly deviceId?: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Keeps telemetry windows, their rollups, and per device and boot how far they are stored.
 * Watermark, windows and rollups of one frame change in one transaction: that is what makes
 * at-least-once delivery count exactly once.
 */
export class TelemetryStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Highest sequence up to which everything is stored; 0 when nothing is. */
  async watermark(deviceId: string, bootId: string, channel: AckChannel): Promise<number> {
    const row = await this.#db
      .selectFrom('telemetry_watermarks')
      .select('up_to')
      .where('device_id', '=', deviceId)
      .where('boot_id', '=', bootId)
      .where('channel', '=', channel)
      .executeTakeFirst();
    return row?.up_to ?? 0;
  }

  async setWatermark(deviceId: string, bootId: string, channel: AckChannel, upTo: number): Promise<void> {
    await this.#db
      .insertInto('telemetry_watermarks')
      .values({ device_id: deviceId, boot_id: bootId, channel, up_to: upTo })
      .onConflict((oc) => oc.columns(['device_id', 'boot_id', 'channel']).doUpdateSet({ up_to: upTo }))
      .execute();
  }

  /** Adds windows and merges them into their rollups. Call inside a transaction. */
  async addWindows(stored: readonly StoredWindow[]): Promise<void> {
    for (let at = 0; at < stored.length; at += ROWS_PER_INSERT) {
      const rows = stored.slice(at, at + ROWS_PER_INSERT).map(rowOf);
      await this.#db.insertInto('telemetry_windows').values(rows).execute();
    }
    // Merged in memory first, hours out of minutes: a frame's windows mostly share one bucket, and only the bucket
    // costs a read and a write.
    let parts: readonly RollupPart[] = stored.map(({ deviceId, receivedMs, window }) => ({
      deviceId,
      // The device's clock may be wrong; the hub's receive time is not.
      bucketMs: receivedMs,
      windows: 1,
      window,
    }));
    for (const stepMs of ROLLUP_STEPS_MS) {
      const rollups = mergeByBucket(parts, stepMs);
      for (const rollup of rollups) await this.#mergeIntoRollup(rollup);
      parts = rollups;
    }
  }

  async #mergeIntoRollup(added: RollupRecord): Promise<void> {
    const key = {
      step_ms: added.stepMs,
      bucket_ms: added.bucketMs,
      device_id: added.deviceId,
      slot: added.slot,
      model: added.model,
      version: added.version,
    };
    const before = await this.#db
      .selectFrom('telemetry_rollups')
      .select(['windows', 'payload'])
      .where((eb) => eb.and(key))
      .executeTakeFirst();
    const merged =
      before === undefined ? added.window : mergeWindows(TelemetryWindow.decode(before.payload), added.window);
    const changed = {
      windows: (before?.windows ?? 0) + added.windows,
      readings: merged.readings,
      payload: TelemetryWindow.encode(merged),
    };
    await this.#db
      .insertInto('telemetry_rollups')
      .values({ ...key, ...changed })
      .onConflict((oc) =>
        oc.columns(['step_ms', 'bucket_ms', 'device_id', 'slot', 'model', 'version']).doUpdateSet(changed),
      )
      .execute();
  }

  /** Windows received in [fromMs, toMs), oldest first. */
  async windows(filter: TelemetryFilter & { limit?: number | undefined }): Promise<StoredWindow[]> {
    let query = this.#db
      .selectFrom('telemetry_windows')
      .selectAll()
      .where('model', '=', filter.model)
      .where('received_ms', '>=', filter.fromMs)
      .where('received_ms', '<', filter.toMs);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.deviceId !== undefined) query = query.where('device_id', '=', filter.deviceId);
    const rows = await query
      .orderBy('received_ms', 'desc')
      .limit(filter.limit ?? 5_000)
      .execute();
    return rows.reverse().map(windowOf);
  }

  /** Readings in the windows received in [fromMs, toMs). */
  async readings(filter: TelemetryFilter): Promise<number> {
    let query = this.#db
      .selectFrom('telemetry_windows')
      .select((eb) => eb.fn.sum<number | null>('readings').as('readings'))
      .where('model', '=', filter.model)
      .where('received_ms', '>=', filter.fromMs)
      .where('received_ms', '<', filter.toMs);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.deviceId !== undefined) query = query.where('device_id', '=', filter.deviceId);
    return (await query.executeTakeFirst())?.readings ?? 0;
  }

  /** Rollups whose bucket starts in [fromMs, toMs), oldest first. */
  async rollups(filter: TelemetryFilter & { stepMs: RollupStepMs }): Promise<RollupRecord[]> {
    let query = this.#db
      .selectFrom('telemetry_rollups')
      .selectAll()
      .where('model', '=', filter.model)
      .where('step_ms', '=', filter.stepMs)
      .where('bucket_ms', '>=', filter.fromMs)
      .where('bucket_ms', '<', filter.toMs);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.deviceId !== undefined) query = query.where('device_id', '=', filter.deviceId);
    const rows = await query.orderBy('bucket_ms').execute();
    return rows.map(rollupOf);
  }

  /** Stored windows and the readings in them. */
  async totals(filter: { model?: string | undefined } = {}): Promise<{ windows: number; readings: number }> {
    let query = this.#db
      .selectFrom('telemetry_windows')
      .select((eb) => [eb.fn.countAll<number>().as('windows'), eb.fn.sum<number | null>('readings').as('readings')]);
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    const row = await query.executeTakeFirstOrThrow();
    return { windows: row.windows, readings: row.readings ?? 0 };
  }
}

function rowOf({ deviceId, bootId, receivedMs, window }: StoredWindow): Insertable<Database['telemetry_windows']> {
  return {
    device_id: deviceId,
    boot_id: bootId,
    first_sequence: window.firstSequence,
    last_sequence: window.lastSequence,
    slot: window.slot,
    model: window.model,
    version: window.version,
    start_ms: window.startMs,
    end_ms: window.endMs,
    received_ms: receivedMs,
    readings: window.readings,
    payload: TelemetryWindow.encode(window),
  };
}

function mergeByBucket(parts: readonly RollupPart[], stepMs: RollupStepMs): RollupRecord[] {
  const rollups = new Map<string, RollupRecord>();
  for (const { deviceId, bucketMs: atMs, windows, window } of parts) {
    const bucketMs = Math.floor(atMs / stepMs) * stepMs;
    const { slot, model, version } = window;
    const key = `${bucketMs} ${deviceId} ${slot} ${model} ${version}`;
    const before = rollups.get(key);
    const merged = before === undefined ? window : mergeWindows(before.window, window);
    const count = (before?.windows ?? 0) + windows;
    rollups.set(key, { stepMs, bucketMs, deviceId, slot, model, version, windows: count, window: merged });
  }
  return [...rollups.values()];
}

function windowOf(row: Selectable<Database['telemetry_windows']>): StoredWindow {
  return {
    deviceId: row.device_id,
    bootId: row.boot_id,
    receivedMs: row.received_ms,
    window: TelemetryWindow.decode(row.payload),
  };
}

function rollupOf(row: Selectable<Database['telemetry_rollups']>): RollupRecord {
  return {
    stepMs: row.step_ms as RollupStepMs,
    bucketMs: row.bucket_ms,
    deviceId: row.device_id,
    slot: row.slot,
    model: row.model,
    version: row.version,
    windows: row.windows,
    window: TelemetryWindow.decode(row.payload),
  };
}
