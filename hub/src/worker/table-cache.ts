import type { Table } from '../store/table.ts';
import { decodeTable } from '../store/table-codec.ts';

/** The jobs of one run read the same two tables; older ones are not worth the memory. */
const MOST_TABLES = 2;

/** Keeps the tables that the last jobs read. */
export class TableCache {
  readonly #tables = new Map<string, Table>();

  /** The table of this digest, fetched where it is not here. */
  async get(digest: string, fetchBytes: (digest: string) => Promise<Uint8Array>): Promise<Table> {
    const table = this.#tables.get(digest) ?? decodeTable(await fetchBytes(digest));
    this.#tables.delete(digest);
    this.#tables.set(digest, table);
    for (const oldest of this.#tables.keys()) {
      if (this.#tables.size <= MOST_TABLES) break;
      this.#tables.delete(oldest);
    }
    return table;
  }
}
