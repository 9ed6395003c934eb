import type { AgentDatabase } from './agent-database.ts';

/** Keeps one record per slot as JSON; what is in it is the updater's to know. */
export class SlotStore<SlotRecord extends { readonly slot: string }> {
  readonly #database: AgentDatabase;

  constructor(database: AgentDatabase) {
    this.#database = database;
  }

  load(slot: string): SlotRecord | undefined {
    const row = this.#database.one<{ record: string }>('select record from slots where slot = ?', slot);
    return row === undefined ? undefined : parsed<SlotRecord>(row.record);
  }

  save(record: SlotRecord): void {
    this.#database.run(
      'insert into slots (slot, record) values (?, ?) on conflict (slot) do update set record = excluded.record',
      record.slot,
      JSON.stringify(record),
    );
  }

  /** Every slot that ever had a record, by name. */
  all(): SlotRecord[] {
    return this.#database
      .all<{ record: string }>('select record from slots order by slot')
      .map((row) => parsed<SlotRecord>(row.record));
  }
}

/** JSON has no infinity and writes null in its place; no deviation is null. */
function parsed<SlotRecord>(text: string): SlotRecord {
  return JSON.parse(text, (key, value) =>
    key === 'largestDeviation' && value === null ? Number.POSITIVE_INFINITY : value,
  ) as SlotRecord;
}
