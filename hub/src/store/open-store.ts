import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Database } from './database.ts';
import { migrateToLatest } from './migrate.ts';
import { Store } from './store.ts';

/**
 * Opens the hub's SQLite database, creating or migrating it.
 *
 * @param path file, or ':memory:' for tests
 * @throws OutsideError STORAGE_FAILED when the schema cannot be brought up to date
 */
export async function openStore(path: string): Promise<Store> {
  const sqlite = new SqliteDatabase(path);
  sqlite.pragma('journal_mode = WAL');
  // FULL: an acknowledgement leaves the hub only after the commit is on disk, so that
  // not even a power cut loses telemetry the device has forgotten. Ingest commits in groups.
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('busy_timeout = 5000');
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }) });
  await migrateToLatest(db);
  return new Store(db);
}
