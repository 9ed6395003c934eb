import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';

export type ColumnKind = 'number' | 'category' | 'text' | 'time' | 'identifier' | 'image';

export interface ColumnProfile {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly count: number;
  readonly missing: number;
  readonly distinct: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly standardDeviation?: number;
  /** Categories: level -> rows, most frequent first, at most 50. */
  readonly levels?: Readonly<Record<string, number>>;
  /** Numbers: what they are in, such as 'bar'. */
  readonly unit?: string;
  /** Images: the size that all rows have, in pixels. */
  readonly image?: { readonly height: number; readonly width: number; readonly channels: number };
}

/** One thing that was done to the rows before they were kept. */
export interface CleaningStep {
  readonly rule: string;
  readonly column: string | null;
  /** How many rows, or files. */
  readonly rows: number;
  /** The first of the files. */
  readonly files?: readonly string[];
}

/** Immutable version of a data set. */
export interface DatasetRecord {
  readonly name: string;
  readonly version: number;
  /** SHA-256 hex of the canonical table blob. */
  readonly digest: string;
  readonly createdMs: number;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly columns: readonly ColumnProfile[];
  /** Column to predict, null for unlabelled data. */
  readonly label: string | null;
  readonly classes: readonly string[];
  /** Where the rows came from, in words: file name, 'samples of shuttle@1 from 3 devices', ... */
  readonly origin: string;
  /** Digests of raw files, versions of other sets, or device samples it was made from. */
  readonly parents: readonly { readonly kind: 'file' | 'dataset' | 'samples'; readonly ref: string }[];
  /** What cleaning did, in this order. */
  readonly cleaning: readonly CleaningStep[];
}

/** Keeps the records of data set versions; the rows lie in the blob store. */
export class DatasetStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  async nextVersion(name: string): Promise<number> {
    const row = await this.#db
      .selectFrom('datasets')
      .select((eb) => eb.fn.max('version').as('newest'))
      .where('name', '=', name)
      .executeTakeFirst();
    return (row?.newest ?? 0) + 1;
  }

  async add(record: DatasetRecord): Promise<void> {
    await this.#db
      .insertInto('datasets')
      .values({
        name: record.name,
        version: record.version,
        digest: record.digest,
        record: JSON.stringify(record),
        created_ms: record.createdMs,
      })
      .execute();
  }

  /** The newest version when none is named. */
  async find(name: string, version?: number): Promise<DatasetRecord | undefined> {
    let query = this.#db.selectFrom('datasets').selectAll().where('name', '=', name);
    if (version !== undefined) query = query.where('version', '=', version);
    const row = await query.orderBy('version', 'desc').executeTakeFirst();
    return row && recordOf(row);
  }

  async list(name?: string): Promise<DatasetRecord[]> {
    let query = this.#db.selectFrom('datasets').selectAll();
    if (name !== undefined) query = query.where('name', '=', name);
    const rows = await query.orderBy('name').orderBy('version').execute();
    return rows.map(recordOf);
  }
}

function recordOf(row: Selectable<Database['datasets']>): DatasetRecord {
  return JSON.parse(row.record);
}
