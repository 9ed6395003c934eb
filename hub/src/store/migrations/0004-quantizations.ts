import { type Kysely, sql } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table quantizations (
    id text not null,
    model text not null,
    version integer not null,
    state text not null,
    record text not null,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index quantizations_by_version on quantizations (model, version)`,
];

/** Searches for smaller forms of a version that somebody asked for. */
export const quantizations = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
