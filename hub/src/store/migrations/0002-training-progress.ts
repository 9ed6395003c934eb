import { type Kysely, sql } from 'kysely';

const STATEMENTS: readonly string[] = [
  `alter table jobs add column checkpoint text`,
  `create table job_metrics (
    job_id text not null,
    kind text not null,
    at integer not null,
    figures text not null,
    primary key (job_id, kind, at)
  ) strict, without rowid`,
];

/** What a training job keeps while it runs: its checkpoint, and its figures by step and by epoch. */
export const trainingProgress = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
