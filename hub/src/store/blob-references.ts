import { setImmediate as turn } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Tables that tell what happened or was measured: what they name is not needed for it. The table of blobs has never had
 * a row. Every other table is looked at, those of later migrations too.
 */
const LOGS: ReadonlySet<string> = new Set([
  'blobs',
  'events',
  'job_metrics',
  'samples',
  'telemetry_rollups',
  'telemetry_watermarks',
  'telemetry_windows',
]);

/** Records of files that nobody will read: models that were refused, and the jobs that looked at models. */
const SPENT: Readonly<Record<string, string>> = {
  uploads: `state in ('refused', 'failed')`,
  jobs: `kind = 'inspect' and state in ('done', 'failed', 'cancelled')`,
};

const ROWS_AT_ONCE = 200;
/** Overlapping ones too: what stands in front of a digest may be hex itself. */
const DIGEST = /(?=([0-9a-f]{64}))/g;

/**
 * Knows which blobs the records of the hub name: every digest in any text of any table that is no log.
 *
 * Blobs name no other blobs, but for releases, whose forms stand in the records of their versions.
 */
export class BlobReferences {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Call inside a transaction: a digest could move from a table that is looked at later to one before. */
  async all(): Promise<ReadonlySet<string>> {
    const digests = new Set<string>();
    for (const { name, columns } of await this.#db.introspection.getTables()) {
      const texts = columns.filter(({ dataType }) => dataType.toLowerCase() === 'text').map((column) => column.name);
      if (!LOGS.has(name) && texts.length > 0) await this.#collect(name, texts, digests);
    }
    return digests;
  }

  /** When the oldest job was made that waits or runs: what it has put may not be named by anything yet. */
  async oldestWorkMs(): Promise<number | undefined> {
    const oldest = await this.#db
      .selectFrom('jobs')
      .select((eb) => eb.fn.min('created_ms').as('at'))
      .where('state', 'in', ['queued', 'leased'])
      .executeTakeFirst();
    return oldest?.at ?? undefined;
  }

  async #collect(table: string, texts: readonly string[], into: Set<string>): Promise<void> {
    const spent = SPENT[table];
    const which = spent === undefined ? sql`` : sql.raw(`where not (${spent})`);
    const columns = sql.join(texts.map((name) => sql.ref(name)));
    for (let offset = 0, count = ROWS_AT_ONCE; count === ROWS_AT_ONCE; offset += count) {
      const page = sql<Record<string, string | null>>`
        select ${columns} from ${sql.table(table)} ${which} limit ${ROWS_AT_ONCE} offset ${offset}`;
      const { rows } = await page.execute(this.#db);
      for (const row of rows) {
        for (const text of Object.values(row)) {
          for (const [, digest] of text?.matchAll(DIGEST) ?? []) if (digest) into.add(digest);
        }
      }
      count = rows.length;
      // Devices and people wait meanwhile.
      await turn();
    }
  }
}
