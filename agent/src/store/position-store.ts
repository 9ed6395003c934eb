import type { AgentDatabase } from './agent-database.ts';

/** Place in each source of a slot that knows one, by index of the source. */
export type SourcePositions = Readonly<Record<number, unknown>>;

/** Keeps how far each source was read. Written in the transaction of the window that counted those readings. */
export class PositionStore {
  readonly #database: AgentDatabase;

  constructor(database: AgentDatabase) {
    this.#database = database;
  }

  load(slot: string): SourcePositions {
    const rows = this.#database.all<{ source: number; position: string }>(
      'select source, position from positions where slot = ?',
      slot,
    );
    return Object.fromEntries(rows.map((row) => [row.source, JSON.parse(row.position) as unknown]));
  }

  save(slot: string, positions: SourcePositions): void {
    for (const [source, position] of Object.entries(positions)) {
      this.#database.run(
        `insert into positions (slot, source, position) values (?, ?, ?)
         on conflict (slot, source) do update set position = excluded.position`,
        slot,
        Number(source),
        JSON.stringify(position),
      );
    }
  }
}
