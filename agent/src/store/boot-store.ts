import type { AgentDatabase } from './agent-database.ts';

/** One start of the agent. Sequence numbers count within it. */
export interface Boot {
  readonly ordinal: number;
  readonly bootId: string;
}

/** Keeps the starts of the agent that still have something to say to the hub. */
export class BootStore {
  readonly #database: AgentDatabase;

  constructor(database: AgentDatabase) {
    this.#database = database;
  }

  /** Writes down a new start, and forgets older ones that nothing refers to any more. */
  begin(bootId: string, startedMs: number): Boot {
    return this.#database.atomically(() => {
      this.#database.run(
        `delete from boots where ordinal not in (select boot from windows)
         and ordinal not in (select boot from samples where boot is not null)`,
      );
      const last = this.#database.one<{ ordinal: number | null }>('select max(ordinal) as ordinal from boots');
      const ordinal = (last?.ordinal ?? 0) + 1;
      this.#database.run(
        'insert into boots (ordinal, boot_id, started_ms) values (?, ?, ?)',
        ordinal,
        bootId,
        startedMs,
      );
      return { ordinal, bootId };
    });
  }
}
