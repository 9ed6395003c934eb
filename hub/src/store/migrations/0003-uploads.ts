import { type Kysely, sql } from 'kysely';

// SQLite cannot take a "not null" back, so the table of versions is made again.
const STATEMENTS: readonly string[] = [
  `create table uploads (
    id text not null,
    model text not null,
    digest text not null,
    state text not null,
    record text not null,
    created_ms integer not null,
    updated_ms integer not null,
    primary key (id)
  ) strict`,
  `create index uploads_by_model_digest on uploads (model, digest)`,
  `create table versions_with_origin (
    model text not null,
    version integer not null,
    release_digest text,
    record text not null,
    created_ms integer not null,
    primary key (model, version)
  ) strict`,
  `insert into versions_with_origin
    select model, version, release_digest,
      json_set(record, '$.origin', 'run', '$.upload', json('null'), '$.lineage.from', json('null')), created_ms
    from versions`,
  `drop table versions`,
  `alter table versions_with_origin rename to versions`,
];

/** Model files that were made elsewhere: their uploads, and versions that have no release. */
export const uploads = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
