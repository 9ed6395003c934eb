import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';
import { type ComparisonVerdict, comparedFigures, type OldFigures } from './metrics/comparison.ts';
import type { RolloutPlan } from './rollout-store.ts';

/** When and how a model retrains itself. */
export interface RetrainingPolicy {
  readonly enabled: boolean;
  readonly when: {
    /** Consecutive drift checks at level 'drift'. */
    readonly driftChecks: number;
    /** Labelled samples from devices that must be there first. */
    readonly minLabelled: number;
  };
  readonly data: {
    /** Only samples received within this time. */
    readonly lastMs: number;
    /** Share of the labelled samples kept out of training for the comparison. */
    readonly heldOutShare: number;
  };
  readonly accept: {
    /** The challenger must beat the champion's held-out accuracy, or R2, by more than this: 0.01 is one point. */
    readonly minGain: number;
  };
  /** Rolled out by this plan; null asks for a person. */
  readonly then: RolloutPlan | null;
  readonly coolDownMs: number;
}

export type RetrainingState = 'collecting' | 'training' | 'comparing' | 'rolling-out' | 'done' | 'refused' | 'failed';

export interface RetrainingRecord {
  readonly id: string;
  readonly model: string;
  readonly alertId: string | null;
  readonly state: RetrainingState;
  readonly championVersion: number;
  readonly dataset: { readonly name: string; readonly version: number } | null;
  /** Rows that neither champion nor challenger was trained on. */
  readonly heldOut: { readonly name: string; readonly version: number } | null;
  readonly runId: string | null;
  /** The job that compares champion and challenger on the same held-out rows. */
  readonly comparisonJobId: string | null;
  readonly challengerVersion: number | null;
  readonly verdict: ComparisonVerdict | null;
  readonly rolloutId: string | null;
  readonly reason: string | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Keeps retraining policies and every retraining they started. */
export class RetrainingStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async setPolicy(model: string, policy: RetrainingPolicy, nowMs: number): Promise<void> {
    const changed = { policy: JSON.stringify(policy), updated_ms: nowMs };
    await this.#db
      .insertInto('retraining_policies')
      .values({ model, ...changed })
      .onConflict((oc) => oc.column('model').doUpdateSet(changed))
      .execute();
  }

  async policy(model: string): Promise<RetrainingPolicy | undefined> {
    const row = await this.#db
      .selectFrom('retraining_policies')
      .selectAll()
      .where('model', '=', model)
      .executeTakeFirst();
    return row && JSON.parse(row.policy);
  }

  /** Adds or replaces. */
  async save(retraining: RetrainingRecord): Promise<void> {
    const changed = {
      state: retraining.state,
      record: JSON.stringify(retraining),
      updated_ms: retraining.updatedMs,
    };
    await this.#db
      .insertInto('retrainings')
      .values({ id: retraining.id, model: retraining.model, created_ms: retraining.createdMs, ...changed })
      .onConflict((oc) => oc.column('id').doUpdateSet(changed))
      .execute();
  }

  async find(id: string): Promise<RetrainingRecord | undefined> {
    const row = await this.#db.selectFrom('retrainings').selectAll().where('id', '=', id).executeTakeFirst();
    return row && retrainingOf(row);
  }

  /** Newest first. */
  async list(filter: {
    model?: string | undefined;
    states?: readonly RetrainingState[] | undefined;
  }): Promise<RetrainingRecord[]> {
    let query = this.#db.selectFrom('retrainings').selectAll();
    if (filter.model !== undefined) query = query.where('model', '=', filter.model);
    if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
    const rows = await query.orderBy('created_ms', 'desc').limit(200).execute();
    return rows.map(retrainingOf);
  }
}

type KeptVerdict = ComparisonVerdict | (Pick<ComparisonVerdict, 'accepted' | 'rows' | 'reasons'> & OldFigures);

function retrainingOf(row: Selectable<Database['retrainings']>): RetrainingRecord {
  const record: Omit<RetrainingRecord, 'verdict'> & { readonly verdict: KeptVerdict | null } = JSON.parse(row.record);
  if (record.verdict === null) return { ...record, verdict: null };
  const { accepted, rows, reasons, ...figures } = record.verdict;
  return { ...record, verdict: { accepted, ...comparedFigures(figures), rows, reasons } };
}
