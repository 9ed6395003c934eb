import type { ExpressionBuilder, Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Database } from './database.ts';

export const JOB_KINDS = ['train', 'quantize', 'evaluate', 'inspect'] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export type JobState = 'queued' | 'leased' | 'done' | 'failed' | 'cancelled';

export interface JobProgress {
  /** 0 to 1 */
  readonly share: number;
  readonly stage: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** What an attempt has kept so that the next one need not begin again. */
export interface JobCheckpoint {
  readonly digest: string;
  readonly sizeBytes: number;
  /** The epoch in progress, from 1. */
  readonly epoch: number;
  /** Steps done in all. */
  readonly step: number;
  readonly atMs: number;
}

/** The newest checkpoint, and the blob it took the place of. */
export interface JobCheckpointPair {
  readonly newest: JobCheckpoint | null;
  readonly superseded: string | null;
  /** Most steps that any attempt has reached; an attempt may begin again. Absent where it is those of the newest. */
  readonly furthestStep?: number;
}

/** Whose lease a checkpoint needs, and how many attempts the job may have behind the present one. */
export interface CheckpointGrant {
  readonly owner: string;
  /** Undefined: as many as before. */
  readonly attemptsBehind: number | undefined;
}

export interface JobRecord {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly spec: unknown;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly leaseOwner: string | null;
  readonly leaseUntilMs: number | null;
  readonly progress: JobProgress | null;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly checkpoint: JobCheckpoint | null;
  readonly createdMs: number;
  readonly updatedMs: number;
}

/** Keeps jobs; every change of state is one conditional update, so two workers never hold one job. */
export class JobStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async add(job: { id: string; kind: JobKind; spec: unknown; maxAttempts: number }, nowMs: number): Promise<void> {
    await this.#db
      .insertInto('jobs')
      .values({
        id: job.id,
        kind: job.kind,
        state: 'queued',
        spec: JSON.stringify(job.spec),
        attempt: 0,
        max_attempts: job.maxAttempts,
        lease_owner: null,
        lease_until_ms: null,
        progress: null,
        result: null,
        error: null,
        checkpoint: null,
        created_ms: nowMs,
        updated_ms: nowMs,
      })
      .execute();
  }

  async find(id: string): Promise<JobRecord | undefined> {
    const row = await this.#db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row && jobOf(row);
  }

  async list(filter: { state?: JobState | undefined; limit?: number | undefined } = {}): Promise<JobRecord[]> {
    let query = this.#db.selectFrom('jobs').selectAll();
    if (filter.state !== undefined) query = query.where('state', '=', filter.state);
    const rows = await query
      .orderBy('created_ms', 'desc')
      .limit(filter.limit ?? 100)
      .execute();
    return rows.map(jobOf);
  }

  /** The oldest waiting job of these kinds; a job whose lease ran out counts as waiting. */
  async next(kinds: readonly JobKind[], nowMs: number): Promise<JobRecord | undefined> {
    const row = await this.#db
      .selectFrom('jobs')
      .selectAll()
      .where('kind', 'in', [...kinds])
      .whereRef('attempt', '<', 'max_attempts')
      .where(isWaiting(nowMs))
      .orderBy('created_ms')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return row && jobOf(row);
  }

  /** Gives a job to a worker; undefined when it does not wait. What went wrong before is no more its error. */
  async lease(id: string, owner: string, leaseUntilMs: number, nowMs: number): Promise<JobRecord | undefined> {
    const row = await this.#db
      .updateTable('jobs')
      .set({
        state: 'leased',
        attempt: sql<number>`attempt + 1`,
        lease_owner: owner,
        lease_until_ms: leaseUntilMs,
        error: null,
        updated_ms: nowMs,
      })
      .where('id', '=', id)
      .where(isWaiting(nowMs))
      .returningAll()
      .executeTakeFirst();
    return row && jobOf(row);
  }

  /** False when the lease is no longer this owner's. */
  async heartbeat(
    id: string,
    owner: string,
    progress: JobProgress | null,
    leaseUntilMs: number,
    nowMs: number,
  ): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set({
        lease_until_ms: leaseUntilMs,
        updated_ms: nowMs,
        ...(progress === null ? {} : { progress: JSON.stringify(progress) }),
      })
      .where('id', '=', id)
      .where('state', '=', 'leased')
      .where('lease_owner', '=', owner)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Ends a leased job; undefined when the lease is no longer this owner's. */
  async finish(
    id: string,
    owner: string,
    end: { state: 'done'; result: unknown } | { state: 'failed' | 'queued'; error: { code: string; message: string } },
    nowMs: number,
  ): Promise<JobRecord | undefined> {
    const row = await this.#db
      .updateTable('jobs')
      .set({
        state: end.state,
        lease_owner: null,
        lease_until_ms: null,
        updated_ms: nowMs,
        ...('result' in end
          ? { result: JSON.stringify(end.result), error: null }
          : { error: JSON.stringify(end.error) }),
      })
      .where('id', '=', id)
      .where('state', '=', 'leased')
      .where('lease_owner', '=', owner)
      .returningAll()
      .executeTakeFirst();
    return row && jobOf(row);
  }

  /** Ends a job that waits or runs; false when it has ended already. Its worker hears of it with the next heartbeat. */
  async cancel(id: string, error: { code: string; message: string }, nowMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set({
        state: 'cancelled',
        error: JSON.stringify(error),
        lease_owner: null,
        lease_until_ms: null,
        updated_ms: nowMs,
      })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'leased'])
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Lets a job that failed or was cancelled wait again, with so many attempts; false when it is none of these. */
  async requeue(id: string, maxAttempts: number, nowMs: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('jobs')
      .set({ state: 'queued', attempt: 0, max_attempts: maxAttempts, error: null, progress: null, updated_ms: nowMs })
      .where('id', '=', id)
      .where('state', 'in', ['failed', 'cancelled'])
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /**
   * Takes leased jobs back from owners whose name starts so; returns them. One on its last attempt becomes failed.
   *
   * @param fault kept as the error of the attempt; null: the attempt does not count
   */
  async takeBack(ownerPrefix: string, fault: JobRecord['error'], nowMs: number): Promise<JobRecord[]> {
    const rows = await this.#db
      .updateTable('jobs')
      .set((eb) => ({
        state:
          fault === null
            ? 'queued'
            : eb.case().when('attempt', '>=', eb.ref('max_attempts')).then('failed').else('queued').end(),
        attempt: fault === null ? eb('attempt', '-', 1) : eb.ref('attempt'),
        error: fault === null ? eb.ref('error') : JSON.stringify(fault),
        lease_owner: null,
        lease_until_ms: null,
        updated_ms: nowMs,
      }))
      .where('state', '=', 'leased')
      .where((eb) => eb(eb.fn('substr', ['lease_owner', eb.val(1), eb.val(ownerPrefix.length)]), '=', ownerPrefix))
      .returningAll()
      .execute();
    return rows.map(jobOf);
  }

  async checkpoints(id: string): Promise<JobCheckpointPair> {
    const row = await this.#db.selectFrom('jobs').select('checkpoint').where('id', '=', id).executeTakeFirst();
    return checkpointsOf(row?.checkpoint);
  }

  /** @param grant without it nobody needs a lease; false when the lease is not the owner's */
  async setCheckpoints(id: string, checkpoints: JobCheckpointPair, grant?: CheckpointGrant): Promise<boolean> {
    const checkpoint = checkpoints.newest === null ? null : JSON.stringify(checkpoints);
    let query = this.#db.updateTable('jobs').set({ checkpoint }).where('id', '=', id);
    if (grant !== undefined) query = query.where('state', '=', 'leased').where('lease_owner', '=', grant.owner);
    const behind = grant?.attemptsBehind;
    if (behind !== undefined) query = query.set({ max_attempts: sql<number>`attempt + ${behind}` });
    return (await query.executeTakeFirst()).numUpdatedRows > 0n;
  }

  /** Jobs whose lease ran out on their last attempt become failed; returns them. */
  async failExpired(nowMs: number): Promise<JobRecord[]> {
    const rows = await this.#db
      .updateTable('jobs')
      .set({
        state: 'failed',
        updated_ms: nowMs,
        error: JSON.stringify({ code: 'LEASE_LOST', message: 'the worker went silent on the last attempt' }),
      })
      .where('state', '=', 'leased')
      .where('lease_until_ms', '<', nowMs)
      .whereRef('attempt', '>=', 'max_attempts')
      .returningAll()
      .execute();
    return rows.map(jobOf);
  }
}

function isWaiting(nowMs: number) {
  return (job: ExpressionBuilder<Database, 'jobs'>) =>
    job.or([job('state', '=', 'queued'), job.and([job('state', '=', 'leased'), job('lease_until_ms', '<', nowMs)])]);
}

function checkpointsOf(text: string | null | undefined): JobCheckpointPair {
  return text ? JSON.parse(text) : { newest: null, superseded: null };
}

function jobOf(row: Selectable<Database['jobs']>): JobRecord {
  return {
    id: row.id,
    kind: row.kind as JobKind,
    state: row.state as JobState,
    spec: JSON.parse(row.spec),
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    leaseOwner: row.lease_owner,
    leaseUntilMs: row.lease_until_ms,
    progress: row.progress === null ? null : JSON.parse(row.progress),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error === null ? null : JSON.parse(row.error),
    checkpoint: checkpointsOf(row.checkpoint).newest,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
  };
}
