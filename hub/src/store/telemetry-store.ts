import { mergeWindows, TelemetryWindow } from '@edgeloop/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export const ROLLUP_STEPS_MS = [60_000, 3_600_000] as const;
export type RollupStepMs = (typeof ROLLUP_STEPS_MS)[number];
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

  /** Adds one window and merges it into its rollups. Call inside a transaction. */
  async addWindow(stored: StoredWindow): Promise<void> {
    const { window } = stored;
    await this.#db
      .insertInto('telemetry_windows')
      .values({
        device_id: stored.deviceId,
        boot_id: stored.bootId,
        first_sequence: window.firstSequence,
        last_sequence: window.lastSequence,
        slot: window.slot,
        model: window.model,
        version: window.version,
        start_ms: window.startMs,
        end_ms: window.endMs,
        received_ms: stored.receivedMs,
        readings: window.readings,
        payload: TelemetryWindow.encode(window),
      })
      .execute();
    for (const stepMs of ROLLUP_STEPS_MS) await this.#mergeIntoRollup(stored, stepMs);
  }

  async #mergeIntoRollup(stored: StoredWindow, stepMs: RollupStepMs): Promise<void> {
    const { window, deviceId } = stored;
    const key = {
      step_ms: stepMs,
      // The device's clock may be wrong; the hub's receive time is not.
      bucket_ms: Math.floor(stored.receivedMs / stepMs) * stepMs,
      device_id: deviceId,
      slot: window.slot,
      model: window.model,
      version: window.version,
    };
    const before = await this.#db
      .selectFrom('telemetry_rollups')
      .select(['windows', 'payload'])
      .where((eb) => eb.and(key))
      .executeTakeFirst();
    const merged = before === undefined ? window : mergeWindows(TelemetryWindow.decode(before.payload), window);
    const changed = {
      windows: (before?.windows ?? 0) + 1,
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
