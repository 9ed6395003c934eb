import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

/** A raw reading that a device was allowed to send. */
export interface SampleRecord {
  readonly deviceId: string;
  readonly bootId: string;
  readonly sequence: number;
  readonly predictionId: string;
  readonly model: string;
  readonly version: number;
  readonly atMs: number;
  readonly receivedMs: number;
  readonly fields: Readonly<Record<string, number | string>>;
  readonly predicted: string;
  readonly confidence: number;
  readonly label: string | null;
  /** 'device', or the name of the API token that labelled it. */
  readonly labelledBy: string | null;
}

/** Keeps samples from devices and their labels. */
export class SampleStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Adds samples; one already there (same device, boot, sequence) is left as it is. */
  async add(samples: readonly SampleRecord[]): Promise<void> {
    for (const sample of samples) {
      await this.#db
        .insertInto('samples')
        .values({
          device_id: sample.deviceId,
          boot_id: sample.bootId,
          sequence: sample.sequence,
          prediction_id: sample.predictionId,
          model: sample.model,
          version: sample.version,
          at_ms: sample.atMs,
          received_ms: sample.receivedMs,
          fields: JSON.stringify(sample.fields),
          predicted: sample.predicted,
          confidence: sample.confidence,
          label: sample.label,
          labelled_by: sample.labelledBy,
        })
        .onConflict((oc) => oc.columns(['device_id', 'boot_id', 'sequence']).doNothing())
        .execute();
    }
  }

  /** Sets the true class by prediction id; false when no sample has it. */
  async label(predictionId: string, label: string, by: string): Promise<boolean> {
    const result = await this.#db
      .updateTable('samples')
      .set({ label, labelled_by: by })
      .where('prediction_id', '=', predictionId)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  async list(filter: {
    model: string;
    version?: number | undefined;
    sinceMs?: number | undefined;
    labelled?: boolean | undefined;
    limit?: number | undefined;
  }): Promise<SampleRecord[]> {
    let query = this.#db.selectFrom('samples').selectAll().where('model', '=', filter.model);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.sinceMs !== undefined) query = query.where('received_ms', '>=', filter.sinceMs);
    if (filter.labelled === true) query = query.where('label', 'is not', null);
    if (filter.labelled === false) query = query.where('label', 'is', null);
    const rows = await query
      .orderBy('received_ms', 'desc')
      .orderBy('sequence', 'desc')
      .limit(filter.limit ?? 10_000)
      .execute();
    return rows.map(sampleOf);
  }

  async count(filter: {
    model: string;
    sinceMs?: number | undefined;
    labelled?: boolean | undefined;
  }): Promise<number> {
    let query = this.#db
      .selectFrom('samples')
      .select((eb) => eb.fn.countAll<number>().as('rows'))
      .where('model', '=', filter.model);
    if (filter.sinceMs !== undefined) query = query.where('received_ms', '>=', filter.sinceMs);
    if (filter.labelled === true) query = query.where('label', 'is not', null);
    if (filter.labelled === false) query = query.where('label', 'is', null);
    return (await query.executeTakeFirstOrThrow()).rows;
  }
}

function sampleOf(row: Selectable<Database['samples']>): SampleRecord {
  return {
    deviceId: row.device_id,
    bootId: row.boot_id,
    sequence: row.sequence,
    predictionId: row.prediction_id,
    model: row.model,
    version: row.version,
    atMs: row.at_ms,
    receivedMs: row.received_ms,
    fields: JSON.parse(row.fields),
    predicted: row.predicted,
    confidence: row.confidence,
    label: row.label,
    labelledBy: row.labelled_by,
  };
}
