import type { Kysely, Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { Metrics } from './metrics/metrics.ts';
import { completeMetrics } from './metrics/metrics-schema.ts';
import type { ModelInspection } from './model-inspection.ts';
import type { FormQuality, QuantizationReport } from './quantization-report.ts';

export interface ModelRecord {
  readonly name: string;
  /** 'other': an uploaded model that does not end in a classifier. */
  readonly task: 'classification' | 'regression' | 'anomaly' | 'other';
  readonly description: string;
  readonly createdMs: number;
}

export interface VariantRecord {
  /** Unique in the version: 'float32', 'int8-static', 'int8-static-7bit'. */
  readonly name: string;
  /** Number format: 'int8-static'. Missing in old records, where it is the name. */
  readonly format?: string | undefined;
  /** Firmware profiles that it is offered to; missing or empty: all. */
  readonly profiles?: readonly string[] | undefined;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly goldenDigest: string;
  readonly accepted: boolean;
  /** Why it was accepted or refused, one sentence each. */
  readonly reasons: readonly string[];
  readonly metrics: Metrics;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** A form of a model made elsewhere, whose outputs were compared with those of the file that was handed in. */
export interface UploadVariantRecord extends Omit<VariantRecord, 'metrics'> {
  readonly quality: FormQuality;
}

interface VersionCommon {
  readonly model: string;
  readonly version: number;
  /** What was tried to make it smaller; missing in old records, null when nothing was. */
  readonly quantization?: QuantizationReport | null | undefined;
  readonly classes: readonly string[];
  readonly features: readonly string[];
  readonly createdMs: number;
}

/** A version and the digest of the file that was trained further. */
export interface BaseVersion {
  readonly model: string;
  readonly version: number;
  readonly digest: string;
}

/** A version that a run of the hub made, with a signed release for devices. */
export interface TrainedVersion extends VersionCommon {
  readonly origin: 'run';
  readonly variants: readonly VariantRecord[];
  /** SHA-256 hex of the signed release blob. */
  readonly releaseDigest: string;
  readonly signedBy: string;
  /** Metrics of the float form on the held-out rows. */
  readonly evaluation: Metrics;
  readonly lineage: {
    readonly runId: string;
    readonly dataset: { readonly name: string; readonly version: number; readonly digest: string };
    readonly recipe: Readonly<Record<string, unknown>>;
    readonly seed: number;
    readonly parentVersion: number | null;
    /** What it was fine-tuned from; null when it was trained from scratch. */
    readonly from: BaseVersion | null;
    readonly worker: string;
    readonly engine: string;
    readonly codeVersion: string;
    readonly cause: { readonly kind: 'request' | 'retraining'; readonly ref: string };
    /** Version with the same float model, for which a quantization found these forms; absent where a run did. */
    readonly derivedFrom?: { readonly version: number; readonly quantizationId: string } | undefined;
  };
  readonly upload: null;
}

/** A version whose model was made elsewhere. It has no release, so no device gets it; runs can start from it. */
export interface UploadedVersion extends VersionCommon {
  readonly origin: 'upload';
  readonly variants: readonly UploadVariantRecord[];
  readonly releaseDigest: null;
  readonly signedBy: null;
  readonly evaluation: null;
  readonly lineage: null;
  readonly upload: {
    readonly id: string;
    readonly digest: string;
    readonly sizeBytes: number;
    readonly fileName: string;
    readonly description: string;
    /** Name of the API token that handed it in. */
    readonly by: string;
    /** Why there are no smaller forms, where none were looked for. */
    readonly unquantized?: string | undefined;
    readonly inspection: ModelInspection;
  };
}

/** An immutable version; see the architecture, "What a version is". */
export type VersionRecord = TrainedVersion | UploadedVersion;

export interface AliasMove {
  readonly alias: string;
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly cause: string;
  readonly atMs: number;
}

/** Keeps models, their immutable versions, and every move of their aliases. */
export class ModelStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Adds the model unless it is there. */
  async ensure(model: ModelRecord): Promise<void> {
    await this.#db
      .insertInto('models')
      .values({ name: model.name, record: JSON.stringify(model), created_ms: model.createdMs })
      .onConflict((oc) => oc.column('name').doNothing())
      .execute();
  }

  async find(name: string): Promise<ModelRecord | undefined> {
    const row = await this.#db.selectFrom('models').selectAll().where('name', '=', name).executeTakeFirst();
    return row && JSON.parse(row.record);
  }

  async list(): Promise<ModelRecord[]> {
    const rows = await this.#db.selectFrom('models').selectAll().orderBy('name').execute();
    return rows.map((row) => JSON.parse(row.record));
  }

  async nextVersion(model: string): Promise<number> {
    const row = await this.#db
      .selectFrom('versions')
      .select((eb) => eb.fn.max('version').as('newest'))
      .where('model', '=', model)
      .executeTakeFirst();
    return (row?.newest ?? 0) + 1;
  }

  /** Adds a version; the primary key refuses a second one with the same number. */
  async addVersion(version: VersionRecord): Promise<void> {
    await this.#db
      .insertInto('versions')
      .values({
        model: version.model,
        version: version.version,
        release_digest: version.releaseDigest,
        record: JSON.stringify(version),
        created_ms: version.createdMs,
      })
      .execute();
  }

  async findVersion(model: string, version: number): Promise<VersionRecord | undefined> {
    const row = await this.#db
      .selectFrom('versions')
      .selectAll()
      .where('model', '=', model)
      .where('version', '=', version)
      .executeTakeFirst();
    return row && versionOf(row);
  }

  async listVersions(model: string): Promise<VersionRecord[]> {
    const rows = await this.#db
      .selectFrom('versions')
      .selectAll()
      .where('model', '=', model)
      .orderBy('version')
      .execute();
    return rows.map(versionOf);
  }

  async aliases(model: string): Promise<Record<string, number>> {
    const rows = await this.#db.selectFrom('aliases').selectAll().where('model', '=', model).execute();
    return Object.fromEntries(rows.map((row) => [row.alias, row.version]));
  }

  /** Points the alias at a version, or removes it, and keeps the move. Call inside a transaction. */
  async moveAlias(model: string, move: Omit<AliasMove, 'fromVersion'>): Promise<AliasMove> {
    const before = await this.#db
      .selectFrom('aliases')
      .select('version')
      .where('model', '=', model)
      .where('alias', '=', move.alias)
      .executeTakeFirst();
    const fromVersion = before?.version ?? null;
    await this.#db
      .insertInto('alias_moves')
      .values({
        model,
        alias: move.alias,
        from_version: fromVersion,
        to_version: move.toVersion,
        cause: move.cause,
        at_ms: move.atMs,
      })
      .execute();
    if (move.toVersion === null) {
      await this.#db.deleteFrom('aliases').where('model', '=', model).where('alias', '=', move.alias).execute();
    } else {
      const changed = { version: move.toVersion, moved_ms: move.atMs };
      await this.#db
        .insertInto('aliases')
        .values({ model, alias: move.alias, ...changed })
        .onConflict((oc) => oc.columns(['model', 'alias']).doUpdateSet(changed))
        .execute();
    }
    return { ...move, fromVersion };
  }

  async aliasMoves(model: string): Promise<AliasMove[]> {
    const rows = await this.#db
      .selectFrom('alias_moves')
      .selectAll()
      .where('model', '=', model)
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      alias: row.alias,
      fromVersion: row.from_version,
      toVersion: row.to_version,
      cause: row.cause,
      atMs: row.at_ms,
    }));
  }
}

function versionOf(row: Selectable<Database['versions']>): VersionRecord {
  const record: VersionRecord = JSON.parse(row.record);
  if (record.origin === 'upload') return record;
  return {
    ...record,
    evaluation: completeMetrics(record.evaluation),
    variants: record.variants.map((variant) => ({ ...variant, metrics: completeMetrics(variant.metrics) })),
  };
}
