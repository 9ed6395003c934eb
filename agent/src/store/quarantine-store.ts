import type { AgentDatabase } from './agent-database.ts';

/** Keeps the digests of models that proved unfit on this device, so that none is tried twice. */
export class QuarantineStore {
  readonly #database: AgentDatabase;

  constructor(database: AgentDatabase) {
    this.#database = database;
  }

  /** Why the model with this digest, in hex, is not run; undefined when it may be. */
  reason(digest: string): string | undefined {
    return this.#database.one<{ reason: string }>('select reason from quarantine where digest = ?', digest)?.reason;
  }

  add(digest: string, reason: string, atMs: number): void {
    this.#database.run(
      'insert or replace into quarantine (digest, reason, at_ms) values (?, ?, ?)',
      digest,
      reason,
      atMs,
    );
  }
}
