import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { OutsideError, RequestError } from '../errors.ts';

/**
 * Holds a data folder for one process. The operating system lets go of it when the process ends, however it ends,
 * so a killed hub never locks out the next one.
 */
export class DataLock {
  readonly #folder: string;
  #database: SqliteDatabase.Database | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws RequestError CONFLICT when another process holds the folder */
  take(): void {
    const path = join(this.#folder, 'hub.lock');
    const database = new SqliteDatabase(path, { timeout: 0 });
    try {
      database.exec('begin exclusive');
    } catch (cause) {
      database.close();
      if ((cause as { code?: string }).code !== 'SQLITE_BUSY') {
        throw new OutsideError('STORAGE_FAILED', `lock ${path}`, { cause });
      }
      throw new RequestError('CONFLICT', `another hub works with the data folder ${this.#folder}`);
    }
    this.#database = database;
  }

  release(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}
