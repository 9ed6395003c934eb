import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from './database.ts';

/** Steps of one training, in order, each with one job, the last of which makes the version; then how it can end. */
export const RUN_STATES = ['training', 'quantizing', 'evaluating', 'done', 'refused', 'failed', 'cancelled'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Whether nothing more comes of the run. */
export function isRunOver({ state }: { readonly state: RunState }): boolean {
  return state === 'done' || state === 'refused' || state === 'failed' || state === 'cancelled';
}

export interface RunRecord {
  readonly id: string;
  readonly model: string;
  readonly state: RunState;
  readonly dataset: { readonly name: string; readonly version: number; readonly digest: string };
  /** Rows to judge by, where they are a data set of their own; null: the test share of `dataset`. */
  readonly heldOut: { readonly name: string; readonly version: number; readonly digest: string } | null;
  /**
   * Row of `dataset` from which on rows are as devices see them now; the version's reference is made of these. null:
   * all rows are.
   */
  readonly recentFromRow: number | null;
  /** Everything that determines the run; checked by training's RecipeSchema. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** What the recipe left to the data, and why it was chosen; absent in runs from before there were any. */
  readonly notes?: readonly string[];
  readonly seed: number;
  /** Who asked: a person, or a retraining with its id. */
  readonly cause: { readonly kind: 'request' | 'retraining'; readonly ref: string };
  /** The job of the present step. */
  readonly jobId: string | null;
  /** The job of the first step, by which its figures are kept; absent in runs from before there were any. */
  readonly trainJobId?: string;
  /** Results of the steps that are done, as their jobs gave them. */
  readonly results: {
    readonly train?: unknown;
    readonly quantize?: unknown;
    readonly evaluate?: unknown;
  };
  /** The version it became. */
  readonly version: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Keeps training runs. */
export class RunStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(run: RunRecord): Promise<void> {
    await this.#db
      .insertInto('runs')
      .values({
        id: run.id,
        model: run.model,
        state: run.state,
        record: JSON.stringify(run),
        created_ms: run.createdMs,
        updated_ms: run.updatedMs,
      })
      .execute();
  }

  async find(id: string): Promise<RunRecord | undefined> {
    const row = await this.#db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && runOf(row);
  }

  /** The run whose present step is this job. */
  async findByJob(jobId: string): Promise<RunRecord | undefined> {
    const row = await this.#db
      .selectFrom('runs')
      .selectAll()
      .where(sql<string>`json_extract(record, '$.jobId')`, '=', jobId)
      .executeTakeFirst();
    return row && runOf(row);
  }

  async list(
    filter: { model?: string | undefined; states?: readonly RunState[] | undefined } = {},
  ): Promise<RunRecord[]> {
    let query = this.#db.selectFrom('runs').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
    const rows = await query.orderBy('created_ms', 'desc').limit(500).execute();
    return rows.map(runOf);
  }

  /** Replaces the record; the caller holds the newest one (call inside a transaction). */
  async save(run: RunRecord, nowMs: number): Promise<RunRecord> {
    const saved = { ...run, updatedMs: nowMs };
    await this.#db
      .updateTable('runs')
      .set({ state: saved.state, record: JSON.stringify(saved), updated_ms: nowMs })
      .where('id', '=', run.id)
      .execute();
    return saved;
  }
}

function runOf(row: Selectable<Database['runs']>): RunRecord {
  return JSON.parse(row.record);
}
