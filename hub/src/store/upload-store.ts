import type { Kysely, Selectable } from 'kysely';
import type { CalibrationMapping } from './calibration-mapping.ts';
import type { Database } from './database.ts';
import type { ModelInspection } from './model-inspection.ts';

/**
 * A file is looked at by a worker, made smaller by one where that is wanted, and then is a version; or it cannot be
 * loaded; or no worker could tell.
 */
export const UPLOAD_STATES = ['inspecting', 'quantizing', 'done', 'refused', 'failed'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

/** Rows that forms of an uploaded model are made and judged by. */
export interface UploadCalibration {
  readonly dataset: { readonly name: string; readonly version: number; readonly digest: string };
  readonly mapping: CalibrationMapping;
}

/** A model file that somebody handed in. */
export interface UploadRecord {
  readonly id: string;
  readonly model: string;
  readonly state: UploadState;
  /** SHA-256 hex of the file. */
  readonly digest: string;
  readonly sizeBytes: number;
  readonly fileName: string;
  readonly description: string;
  /** Name of the API token that handed it in. */
  readonly requestedBy: string;
  /** Whether smaller forms are looked for; absent in records from before there was a choice: no. */
  readonly quantize?: boolean;
  /** Null or absent: made-up inputs have to do. */
  readonly calibration?: UploadCalibration | null;
  /** The job of the present step. */
  readonly jobId: string | null;
  /** What the first step found, while the second one is under way. */
  readonly inspection?: ModelInspection | null;
  /** The version it became. */
  readonly version: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Keeps uploads of models. */
export class UploadStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(upload: UploadRecord): Promise<void> {
    await this.#db
      .insertInto('uploads')
      .values({
        id: upload.id,
        model: upload.model,
        digest: upload.digest,
        state: upload.state,
        record: JSON.stringify(upload),
        created_ms: upload.createdMs,
        updated_ms: upload.updatedMs,
      })
      .execute();
  }

  async find(id: string): Promise<UploadRecord | undefined> {
    const row = await this.#db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();
    return row && uploadOf(row);
  }

  /** Newest first. */
  async list(
    filter: {
      model?: string | undefined;
      digest?: string | undefined;
      states?: readonly UploadState[] | undefined;
    } = {},
  ): Promise<UploadRecord[]> {
    let query = this.#db.selectFrom('uploads').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.digest !== undefined) query = query.where('digest', '=', filter.digest);
    if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
    const rows = await query.orderBy('created_ms', 'desc').orderBy('id', 'desc').limit(500).execute();
    return rows.map(uploadOf);
  }

  /** Replaces the record; the caller holds the newest one (call inside a transaction). */
  async save(upload: UploadRecord, nowMs: number): Promise<UploadRecord> {
    const saved = { ...upload, updatedMs: nowMs };
    await this.#db
      .updateTable('uploads')
      .set({ state: saved.state, record: JSON.stringify(saved), updated_ms: nowMs })
      .where('id', '=', upload.id)
      .execute();
    return saved;
  }
}

function uploadOf(row: Selectable<Database['uploads']>): UploadRecord {
  return JSON.parse(row.record);
}
