import type { Birth, ReportedState, SamplePolicy } from '@edgeloop/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export interface DeviceRecord {
  readonly id: string;
  /** JWK of the device's Ed25519 public key. */
  readonly publicKey: Readonly<Record<string, string>>;
  readonly profile: string;
  readonly profileReason: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly agentVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly enrolledMs: number;
  readonly revokedMs: number | null;
  readonly online: boolean;
  readonly lastSeenMs: number | null;
  readonly bootId: string | null;
  /** The device's last ReportedState; byte fields are hex strings. */
  readonly reported: ReportedState | null;
  readonly desiredGeneration: number;
}

/** What one slot of one device should run. */
export interface DesiredSlotRecord {
  readonly deviceId: string;
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  readonly releaseDigest: string;
  readonly samples: SamplePolicy;
  /** Desired generation of the device in which this slot was last set. */
  readonly generation: number;
  readonly rolloutId: string | null;
  readonly setMs: number;
}

/** Keeps devices, what they reported and what they should run. */
export class DeviceStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(device: {
    id: string;
    publicKey: Record<string, string>;
    profile: string;
    profileReason: string;
    labels: Record<string, string>;
    agentVersion: string;
    enrolledMs: number;
  }): Promise<void> {
    await this.#db
      .insertInto('devices')
      .values({
        id: device.id,
        public_key: JSON.stringify(device.publicKey),
        profile: device.profile,
        profile_reason: device.profileReason,
        labels: JSON.stringify(device.labels),
        agent_version: device.agentVersion,
        capabilities: '{}',
        enrolled_ms: device.enrolledMs,
        revoked_ms: null,
        online: 0,
        last_seen_ms: null,
        boot_id: null,
        reported: null,
        desired_generation: 0,
      })
      .execute();
  }

  async find(id: string): Promise<DeviceRecord | undefined> {
    const row = await this.#db.selectFrom('devices').selectAll().where('id', '=', id).executeTakeFirst();
    return row && deviceOf(row);
  }

  async list(): Promise<DeviceRecord[]> {
    const rows = await this.#db.selectFrom('devices').selectAll().orderBy('id').execute();
    return rows.map(deviceOf);
  }

  /** Trusted devices that were never asked to run anything. */
  async listNew(): Promise<DeviceRecord[]> {
    const rows = await this.#db
      .selectFrom('devices')
      .selectAll()
      .where('desired_generation', '=', 0)
      .where('revoked_ms', 'is', null)
      .orderBy('id')
      .execute();
    return rows.map(deviceOf);
  }

  async setLabels(id: string, labels: Record<string, string>): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({ labels: JSON.stringify(labels) })
      .where('id', '=', id)
      .execute();
  }

  async revoke(id: string, nowMs: number): Promise<void> {
    await this.#db.updateTable('devices').set({ revoked_ms: nowMs, online: 0 }).where('id', '=', id).execute();
  }

  async recordBirth(birth: Birth, nowMs: number): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({
        online: 1,
        last_seen_ms: nowMs,
        boot_id: birth.bootId,
        profile: birth.profile,
        profile_reason: birth.profileReason,
        agent_version: birth.agentVersion,
        capabilities: JSON.stringify(birth.capabilities ?? {}),
      })
      .where('id', '=', birth.deviceId)
      .execute();
  }

  async setOnline(id: string, online: boolean, nowMs: number): Promise<void> {
    await this.#db
      .updateTable('devices')
      .set({ online: online ? 1 : 0, last_seen_ms: nowMs })
      .where('id', '=', id)
      .execute();
  }

  /** After a hub start nobody is connected yet. */
  async setAllOffline(): Promise<void> {
    await this.#db.updateTable('devices').set({ online: 0 }).execute();
  }

  async recordReport(id: string, report: ReportedState, nowMs: number): Promise<void> {
    const reported = JSON.stringify(report, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    );
    await this.#db
      .updateTable('devices')
      .set({ reported, online: 1, last_seen_ms: nowMs })
      .where('id', '=', id)
      .execute();
  }

  /** Sets one slot and raises the device's generation; returns the new generation. Call inside a transaction. */
  async setDesiredSlot(slot: Omit<DesiredSlotRecord, 'generation'>): Promise<number> {
    const row = await this.#db
      .updateTable('devices')
      .set((eb) => ({ desired_generation: eb('desired_generation', '+', 1) }))
      .where('id', '=', slot.deviceId)
      .returning('desired_generation')
      .executeTakeFirstOrThrow();
    const values = {
      device_id: slot.deviceId,
      slot: slot.slot,
      model: slot.model,
      version: slot.version,
      release_digest: slot.releaseDigest,
      samples: JSON.stringify(slot.samples),
      generation: row.desired_generation,
      rollout_id: slot.rolloutId,
      set_ms: slot.setMs,
    };
    const { device_id, slot: _slot, ...changed } = values;
    await this.#db
      .insertInto('desired_slots')
      .values(values)
      .onConflict((oc) => oc.columns(['device_id', 'slot']).doUpdateSet(changed))
      .execute();
    return row.desired_generation;
  }

  /** Empties one slot and raises the device's generation; returns the new generation. Call inside a transaction. */
  async removeDesiredSlot(deviceId: string, slot: string): Promise<number> {
    const row = await this.#db
      .updateTable('devices')
      .set((eb) => ({ desired_generation: eb('desired_generation', '+', 1) }))
      .where('id', '=', deviceId)
      .returning('desired_generation')
      .executeTakeFirstOrThrow();
    await this.#db.deleteFrom('desired_slots').where('device_id', '=', deviceId).where('slot', '=', slot).execute();
    return row.desired_generation;
  }

  async desiredSlots(deviceId: string): Promise<DesiredSlotRecord[]> {
    const rows = await this.#db.selectFrom('desired_slots').selectAll().where('device_id', '=', deviceId).execute();
    return rows.map(slotOf);
  }

  /** Every slot of every device that should run this model. */
  async desiredSlotsOfModel(model: string): Promise<DesiredSlotRecord[]> {
    const rows = await this.#db.selectFrom('desired_slots').selectAll().where('model', '=', model).execute();
    return rows.map(slotOf);
  }
}

function deviceOf(row: Selectable<Database['devices']>): DeviceRecord {
  return {
    id: row.id,
    publicKey: JSON.parse(row.public_key),
    profile: row.profile,
    profileReason: row.profile_reason,
    labels: JSON.parse(row.labels),
    agentVersion: row.agent_version,
    capabilities: JSON.parse(row.capabilities),
    enrolledMs: row.enrolled_ms,
    revokedMs: row.revoked_ms,
    online: row.online === 1,
    lastSeenMs: row.last_seen_ms,
    bootId: row.boot_id,
    reported: row.reported === null ? null : JSON.parse(row.reported),
    desiredGeneration: row.desired_generation,
  };
}

function slotOf(row: Selectable<Database['desired_slots']>): DesiredSlotRecord {
  return {
    deviceId: row.device_id,
    slot: row.slot,
    model: row.model,
    version: row.version,
    releaseDigest: row.release_digest,
    samples: JSON.parse(row.samples),
    generation: row.generation,
    rolloutId: row.rollout_id,
    setMs: row.set_ms,
  };
}
