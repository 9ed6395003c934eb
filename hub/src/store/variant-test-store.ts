import type { Kysely } from 'kysely';
import type { Database } from './database.ts';

/** What a device was when it tested a variant. */
export interface TestHardware {
  /** Name of its firmware profile. */
  readonly profile: string;
  /** Node's `process.arch`; empty where the device has not told. */
  readonly architecture: string;
  /** What it calls its board or processor; empty where the device has not told. */
  readonly machine: string;
  /** Of its processor's flags, those that decide how small number formats run on it. */
  readonly cpuFlags: readonly string[];
}

/** The last test of one variant of a version on one device: its golden vectors, computed there before it may serve. */
export interface VariantTestRecord {
  readonly deviceId: string;
  readonly model: string;
  readonly version: number;
  readonly variant: string;
  readonly passed: boolean;
  /**
   * Largest deviation of an output. Null where the test broke off, and where none can be given: an output of another
   * shape, NaN or infinity in place of a number, another class.
   */
  readonly largestDeviation: number | null;
  /** Null, like the figures below, where the test broke off. */
  readonly tolerance: number | null;
  readonly rows: number | null;
  /** Of one row. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Of the process that ran the test. */
  readonly rssBytes: number | null;
  /** Why the device refused it; null when it passed. */
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** By the device's clock. */
  readonly atMs: number;
  readonly receivedMs: number;
  readonly hardware: TestHardware;
}

/** Keeps what devices found when they tested variants of versions. */
export class VariantTestStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Keeps a test in place of the last one of the same variant on the same device. */
  async save(test: VariantTestRecord): Promise<void> {
    const changed = { record: JSON.stringify(test), at_ms: test.atMs };
    await this.#db
      .insertInto('variant_tests')
      .values({
        model: test.model,
        version: test.version,
        device_id: test.deviceId,
        variant: test.variant,
        ...changed,
      })
      .onConflict((oc) => oc.columns(['model', 'version', 'device_id', 'variant']).doUpdateSet(changed))
      .execute();
  }

  /** The last test of one variant on one device. */
  async find({
    model,
    version,
    deviceId,
    variant,
  }: Pick<VariantTestRecord, 'model' | 'version' | 'deviceId' | 'variant'>): Promise<VariantTestRecord | undefined> {
    const row = await this.#db
      .selectFrom('variant_tests')
      .select('record')
      .where('model', '=', model)
      .where('version', '=', version)
      .where('device_id', '=', deviceId)
      .where('variant', '=', variant)
      .executeTakeFirst();
    return row && JSON.parse(row.record);
  }

  /** All tests of a version, by device and then in the order they were made. */
  async ofVersion(model: string, version: number): Promise<VariantTestRecord[]> {
    const rows = await this.#db
      .selectFrom('variant_tests')
      .select('record')
      .where('model', '=', model)
      .where('version', '=', version)
      .orderBy('device_id')
      .orderBy('at_ms')
      .orderBy('variant')
      .execute();
    return rows.map(({ record }) => JSON.parse(record));
  }
}
