import type { SamplePolicy } from '@edgeloop/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export interface RolloutPlan {
  readonly slot: string;
  /** Which devices: all labels must match; empty means every enrolled device. */
  readonly labels: Readonly<Record<string, string>>;
  /** Cumulative shares of the devices, ascending, the last is 1. */
  readonly waves: readonly number[];
  readonly gate: RolloutGate;
  readonly samples: SamplePolicy;
}

export interface RolloutGate {
  /** Share of a wave's devices that must become healthy. */
  readonly minSuccessShare: number;
  /** A device that has not become healthy by then counts as failed. */
  readonly deviceTimeoutMs: number;
  /** Inferences on the new version before a device counts as healthy. */
  readonly minInferences: number;
  /** How long a device must stay healthy before its wave may pass. */
  readonly soakMs: number;
  /** A larger share of errors among readings counts as unhealthy. */
  readonly maxErrorShare: number;
}

export type RolloutState = 'running' | 'paused' | 'done' | 'aborted' | 'rolling-back' | 'rolled-back';

export interface RolloutRecord {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly releaseDigest: string;
  readonly state: RolloutState;
  readonly plan: RolloutPlan;
  /** Index into plan.waves of the wave in progress. */
  readonly wave: number;
  readonly waveStartedMs: number;
  readonly cause: { readonly kind: 'request' | 'retraining'; readonly ref: string };
  /** Why it ended or stands still, one sentence. */
  readonly reason: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

export type RolloutDeviceState = 'waiting' | 'offered' | 'installing' | 'healthy' | 'failed' | 'rolled-back';

export interface RolloutDeviceRecord {
  readonly rolloutId: string;
  readonly deviceId: string;
  readonly wave: number;
  readonly state: RolloutDeviceState;
  readonly offeredMs: number | null;
  /** How long the rollout was paused since the offer; that time does not count against the device. @default 0 */
  readonly pausedMs?: number | undefined;
  /**
   * Desired generation of the device that offered it, or took it back: an older report says nothing about it. Null
   * before the offer, and after a roll back that found nothing of this rollout in the slot.
   */
  readonly generation: number | null;
  readonly healthySinceMs: number | null;
  /** What the slot should run before this rollout; where a roll back returns to. */
  readonly previous: {
    readonly model: string;
    readonly version: number;
    readonly releaseDigest: string;
    readonly samples?: SamplePolicy | undefined;
  } | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
  readonly updatedMs: number;
}

/** Keeps rollouts and the standing of each of their devices. */
export class RolloutStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(rollout: RolloutRecord, devices: readonly RolloutDeviceRecord[]): Promise<void> {
    await this.#db
      .insertInto('rollouts')
      .values({
        id: rollout.id,
        model: rollout.model,
        version: rollout.version,
        state: rollout.state,
        record: JSON.stringify(rollout),
        created_ms: rollout.createdMs,
        updated_ms: rollout.updatedMs,
      })
      .execute();
    for (const device of devices) await this.saveDevice(device);
  }

  async find(id: string): Promise<RolloutRecord | undefined> {
    const row = await this.#db.selectFrom('rollouts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && rolloutOf(row);
  }

  async list(
    filter: { model?: string | undefined; states?: readonly RolloutState[] | undefined } = {},
  ): Promise<RolloutRecord[]> {
    let query = this.#db.selectFrom('rollouts').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
    const rows = await query.orderBy('created_ms', 'desc').limit(200).execute();
    return rows.map(rolloutOf);
  }

  /** Replaces the record; the caller holds the newest one (call inside a transaction). */
  async save(rollout: RolloutRecord): Promise<void> {
    await this.#db
      .updateTable('rollouts')
      .set({ state: rollout.state, record: JSON.stringify(rollout), updated_ms: rollout.updatedMs })
      .where('id', '=', rollout.id)
      .execute();
  }

  async saveDevice(device: RolloutDeviceRecord): Promise<void> {
    const changed = {
      wave: device.wave,
      state: device.state,
      record: JSON.stringify(device),
      updated_ms: device.updatedMs,
    };
    await this.#db
      .insertInto('rollout_devices')
      .values({ rollout_id: device.rolloutId, device_id: device.deviceId, ...changed })
      .onConflict((oc) => oc.columns(['rollout_id', 'device_id']).doUpdateSet(changed))
      .execute();
  }

  async devices(rolloutId: string): Promise<RolloutDeviceRecord[]> {
    const rows = await this.#db
      .selectFrom('rollout_devices')
      .selectAll()
      .where('rollout_id', '=', rolloutId)
      .orderBy('wave')
      .orderBy('device_id')
      .execute();
    return rows.map((row) => JSON.parse(row.record));
  }
}

function rolloutOf(row: Selectable<Database['rollouts']>): RolloutRecord {
  return JSON.parse(row.record);
}
