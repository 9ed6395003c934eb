import SQLite from 'better-sqlite3';
import { OutsideError } from '../errors.ts';

/** The few things the stores need from SQLite. Statements are kept by their text. */
export interface AgentDatabase {
  run(sql: string, ...values: readonly SqlValue[]): void;
  one<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined;
  all<Row>(sql: string, ...values: readonly SqlValue[]): Row[];
  /** Everything `action` writes becomes visible together, or not at all. */
  atomically<Result>(action: () => Result): Result;
  close(): void;
}

export type SqlValue = string | number | null | Uint8Array;

const SCHEMA_VERSION = 1;

const SCHEMA = `
create table boots (
  ordinal integer primary key, boot_id text not null unique, started_ms integer not null,
  next_window integer not null default 1, next_sample integer not null default 1,
  acked_window integer not null default 0, acked_sample integer not null default 0
) strict;
create table windows (
  id integer primary key autoincrement, boot integer not null references boots (ordinal),
  merge_key text not null, span integer not null default 1, first_sequence integer, body blob not null
) strict;
create table samples (
  id integer primary key autoincrement, boot integer, sequence integer, body blob not null
) strict;
create table counters (name text primary key, value integer not null) strict;
create table slots (slot text primary key, record text not null) strict;
create table desired (one integer primary key check (one = 1), generation integer not null, envelope blob not null) strict;
create table positions (slot text not null, source integer not null, position text not null, primary key (slot, source)) strict;
create table quarantine (digest text primary key, reason text not null, at_ms integer not null) strict;
`;

/**
 * Opens the agent's only database and brings its tables up to date.
 *
 * Written with `synchronous = FULL`: whether a window was sent and which model serves must survive a power cut, and a
 * few commits a minute cost nothing.
 *
 * @param path file, or ':memory:'
 * @throws OutsideError STORAGE_FULL, or INTERNAL when the file is from a newer agent or damaged
 */
export function openAgentDatabase(path: string): AgentDatabase {
  try {
    const sqlite = new SQLite(path);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('cache_size = -512');
    sqlite.pragma('journal_size_limit = 1048576');
    migrate(sqlite, path);
    return new SqliteDatabase(sqlite);
  } catch (cause) {
    if (cause instanceof OutsideError) throw cause;
    throw new OutsideError('INTERNAL', `open the database ${path}`, { cause });
  }
}

function migrate(sqlite: SQLite.Database, path: string): void {
  const version = sqlite.pragma('user_version', { simple: true });
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) {
    throw new OutsideError('INTERNAL', `${path}: expected schema version ${SCHEMA_VERSION}, got ${String(version)}`);
  }
  sqlite.transaction(() => {
    sqlite.exec(SCHEMA);
    sqlite.pragma(`user_version = ${SCHEMA_VERSION}`);
  })();
}

class SqliteDatabase implements AgentDatabase {
  readonly #sqlite: SQLite.Database;
  readonly #statements = new Map<string, SQLite.Statement<SqlValue[]>>();

  constructor(sqlite: SQLite.Database) {
    this.#sqlite = sqlite;
  }

  run(sql: string, ...values: readonly SqlValue[]): void {
    this.#asFailure(() => this.#statement(sql).run(...values));
  }

  one<Row>(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#asFailure(() => this.#statement(sql).get(...values)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#asFailure(() => this.#statement(sql).all(...values)) as Row[];
  }

  atomically<Result>(action: () => Result): Result {
    return this.#asFailure(() => this.#sqlite.transaction(action).immediate());
  }

  close(): void {
    this.#sqlite.close();
  }

  #statement(sql: string): SQLite.Statement<SqlValue[]> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare<SqlValue[]>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #asFailure<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (cause) {
      if (!(cause instanceof SQLite.SqliteError)) throw cause;
      const code = cause.code === 'SQLITE_FULL' ? 'STORAGE_FULL' : 'INTERNAL';
      throw new OutsideError(code, `database: ${cause.code}`, { cause });
    }
  }
}
