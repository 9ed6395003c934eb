import { type Kysely, sql } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table variant_tests (
    model text not null,
    version integer not null,
    device_id text not null,
    variant text not null,
    record text not null,
    at_ms integer not null,
    primary key (model, version, device_id, variant)
  ) strict`,
];

/** What devices found when they tested variants of a version. */
export const variantTests = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
