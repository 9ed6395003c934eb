import type { AgentDatabase } from './agent-database.ts';

/** What the hub wanted last, as it was signed. */
export interface KeptDesired {
  readonly generation: number;
  readonly envelope: Uint8Array;
}

/** Keeps the last desired state that was accepted. */
export class DesiredStore {
  readonly #database: AgentDatabase;

  constructor(database: AgentDatabase) {
    this.#database = database;
  }

  load(): KeptDesired | undefined {
    return this.#database.one<KeptDesired>('select generation, envelope from desired');
  }

  save({ generation, envelope }: KeptDesired): void {
    this.#database.run(
      `insert into desired (one, generation, envelope) values (1, ?, ?)
       on conflict (one) do update set generation = excluded.generation, envelope = excluded.envelope`,
      generation,
      envelope,
    );
  }
}
