import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { UploadVariantRecord, VariantRecord } from './model-store.ts';
import type { QuantizationReport } from './quantization-report.ts';
import type { QuantizationGoals } from './recipe/recipe.ts';

export const QUANTIZATION_STATES = ['queued', 'running', 'done', 'failed'] as const;
export type QuantizationState = (typeof QUANTIZATION_STATES)[number];

/** A search for smaller forms of a version that is there already, asked for by a person. */
export interface QuantizationRecord {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly state: QuantizationState;
  readonly goals: QuantizationGoals;
  /** Names of the firmware profiles that forms are looked for. */
  readonly profiles: readonly string[];
  /** The rows that forms are made and judged by; null: made-up inputs. */
  readonly dataset: { readonly name: string; readonly version: number; readonly digest: string } | null;
  /** Whether the forms become a version of their own. */
  readonly publish: boolean;
  /** Name of the API token that asked. */
  readonly requestedBy: string;
  readonly jobId: string | null;
  /** In the order of the ladder, refused ones too, float32 last; empty until it is done. */
  readonly variants: readonly (VariantRecord | UploadVariantRecord)[];
  readonly report: QuantizationReport | null;
  /** The version that the forms became. */
  readonly publishedVersion: number | null;
  /** Whether that version was there already, with the same forms; absent: no. */
  readonly wasPublished?: boolean | undefined;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Keeps quantizations that people asked for. */
export class QuantizationStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(quantization: QuantizationRecord): Promise<void> {
    await this.#db
      .insertInto('quantizations')
      .values({
        id: quantization.id,
        model: quantization.model,
        version: quantization.version,
        state: quantization.state,
        record: JSON.stringify(quantization),
        created_ms: quantization.createdMs,
        updated_ms: quantization.updatedMs,
      })
      .execute();
  }

  async find(id: string): Promise<QuantizationRecord | undefined> {
    const row = await this.#db.selectFrom('quantizations').selectAll().where('id', '=', id).executeTakeFirst();
    return row && quantizationOf(row);
  }

  /** Newest first. */
  async list(
    filter: {
      model?: string | undefined;
      version?: number | undefined;
      states?: readonly QuantizationState[] | undefined;
    } = {},
  ): Promise<QuantizationRecord[]> {
    let query = this.#db.selectFrom('quantizations').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.version !== undefined) query = query.where('version', '=', filter.version);
    if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
    const rows = await query.orderBy('created_ms', 'desc').orderBy('id', 'desc').limit(500).execute();
    return rows.map(quantizationOf);
  }

  /** Replaces the record; the caller holds the newest one (call inside a transaction). */
  async save(quantization: QuantizationRecord, nowMs: number): Promise<QuantizationRecord> {
    const saved = { ...quantization, updatedMs: nowMs };
    await this.#db
      .updateTable('quantizations')
      .set({ state: saved.state, record: JSON.stringify(saved), updated_ms: nowMs })
      .where('id', '=', quantization.id)
      .execute();
    return saved;
  }
}

function quantizationOf(row: Selectable<Database['quantizations']>): QuantizationRecord {
  return JSON.parse(row.record);
}
