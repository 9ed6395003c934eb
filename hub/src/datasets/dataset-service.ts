import { isDeepStrictEqual } from 'node:util';
import { invalidModelName, isModelName } from '@edgeloop/protocol';
import type { Clock } from '../clock.ts';
import { RequestError } from '../errors.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { DatasetRecord } from '../store/dataset-store.ts';
import type { Store } from '../store/store.ts';
import { type Column, cellOf, imageOf, isMissing, type Table } from '../store/table.ts';
import { decodeTable } from '../store/table-codec.ts';
import { DEFAULT_FILE_LIMITS, type FileFormat, type FileLimits } from './file-format.ts';
import { thumbnail } from './folder/decode-image.ts';
import { describeTable, type ImportOptions, importTable } from './import-table.ts';

export interface DatasetImport extends Omit<ImportOptions, 'format' | 'label' | 'limits'> {
  readonly name: string;
  /** Column to predict; undefined for unlabelled data. */
  readonly label?: string | undefined;
  /** @default 'csv' */
  readonly format?: FileFormat | undefined;
  /** Where the rows came from, in words. */
  readonly origin: string;
  /** The file, gzip or plain. */
  readonly bytes: Uint8Array;
}

/** Side of the square that images of a preview fit into. */
const THUMBNAIL_PIXELS = 64;

/** What comes with a table that is to become a version of a data set. */
export interface TableOrigin extends Pick<DatasetRecord, 'name' | 'label' | 'origin' | 'parents'> {
  /** What number columns are in. */
  readonly units?: Readonly<Record<string, string>> | undefined;
}

/** Keeps data sets: raw files and canonical tables as blobs, what they are in the store. */
export class DatasetService {
  readonly #store: Store;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #limits: FileLimits;

  constructor(store: Store, blobs: BlobStore, clock: Clock, limits: FileLimits = DEFAULT_FILE_LIMITS) {
    this.#store = store;
    this.#blobs = blobs;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Profiles, cleans and keeps the rows of a file as the next version of the name.
   *
   * @throws OutsideError DATA_INVALID naming line and column; RequestError INVALID_INPUT, TOO_LARGE
   */
  async importFile(file: DatasetImport): Promise<DatasetRecord> {
    checkName(file.name);
    const { maxBytes } = this.#limits;
    if (file.bytes.length > maxBytes) {
      throw new RequestError('TOO_LARGE', `expected at most ${maxBytes} bytes, got ${file.bytes.length}`, {
        details: { maxBytes },
      });
    }
    const { name, origin, bytes, ...options } = file;
    const { description, cleaning, canonicalBytes } = await importTable(bytes, {
      ...options,
      format: file.format ?? 'csv',
      label: file.label ?? null,
      limits: this.#limits,
    });
    const fileDigest = await this.#blobs.put(bytes);
    await this.#blobs.put(canonicalBytes);
    const parents = [{ kind: 'file' as const, ref: fileDigest }];
    return this.#add({ ...description, name, origin, parents, cleaning });
  }

  /**
   * Keeps a table as the next version of a name. The same table from the same parents as the newest version is that
   * version: a hub that was killed in the middle of a step makes it again.
   *
   * @throws RequestError INVALID_INPUT
   */
  async addTable(table: Table, origin: TableOrigin): Promise<DatasetRecord> {
    checkName(origin.name);
    const { units, ...about } = origin;
    const { description, canonicalBytes } = describeTable(table, origin.label, units);
    const newest = await this.#store.datasets.find(origin.name);
    if (newest?.digest === description.digest && isDeepStrictEqual(newest.parents, origin.parents)) return newest;
    await this.#blobs.put(canonicalBytes);
    return this.#add({ ...description, ...about, cleaning: [] });
  }

  /** @throws RequestError NOT_FOUND */
  async find(name: string, version?: number): Promise<DatasetRecord> {
    const record = await this.#store.datasets.find(name, version);
    if (record !== undefined) return record;
    const wanted = version === undefined ? name : `${name}@${version}`;
    throw new RequestError('NOT_FOUND', `no data set ${wanted}`, { details: { name, version } });
  }

  async list(name?: string): Promise<DatasetRecord[]> {
    return this.#store.datasets.list(name);
  }

  /** All rows. @throws OutsideError DIGEST_MISMATCH, DATA_INVALID when they are damaged */
  async table(record: Pick<DatasetRecord, 'digest'>): Promise<Table> {
    return decodeTable(await this.#blobs.get(record.digest));
  }

  /** The first rows, [row][column]; null is missing, an image a small PNG as a data URL. @throws RequestError NOT_FOUND */
  async preview(
    name: string,
    version: number | undefined,
    limit: number,
  ): Promise<{ readonly columns: readonly string[]; readonly rows: readonly (readonly (number | string | null)[])[] }> {
    const table = await this.table(await this.find(name, version));
    const rows: (number | string | null)[][] = [];
    for (let row = 0; row < Math.min(limit, table.rows); row++) {
      rows.push(await Promise.all(table.columns.map((column) => shownCell(column, row))));
    }
    return { columns: table.columns.map((column) => column.name), rows };
  }

  async #add(record: Omit<DatasetRecord, 'version' | 'createdMs'>): Promise<DatasetRecord> {
    return this.#store.transaction(async (store) => {
      const version = await store.datasets.nextVersion(record.name);
      const added = { ...record, version, createdMs: this.#clock.nowMs() };
      await store.datasets.add(added);
      return added;
    });
  }
}

async function shownCell(column: Column, row: number): Promise<number | string | null> {
  if (column.kind !== 'image' || isMissing(column, row)) return cellOf(column, row);
  const png = await thumbnail(imageOf(column, row), column, THUMBNAIL_PIXELS);
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

function checkName(name: string): void {
  // Data sets are named by the same rule as models.
  if (!isModelName(name)) throw new RequestError('INVALID_INPUT', invalidModelName(name).message);
}
