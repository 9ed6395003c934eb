import type { Kysely } from 'kysely';
import { AlertStore } from './alert-store.ts';
import { BlobReferences } from './blob-references.ts';
import type { Database } from './database.ts';
import { DatasetStore } from './dataset-store.ts';
import { DeviceStore } from './device-store.ts';
import { type EventRecord, EventStore } from './event-store.ts';
import { JobMetricsStore } from './job-metrics-store.ts';
import { JobStore } from './job-store.ts';
import { ModelStore } from './model-store.ts';
import { QuantizationStore } from './quantization-store.ts';
import { RetrainingStore } from './retraining-store.ts';
import { RolloutStore } from './rollout-store.ts';
import { RunStore } from './run-store.ts';
import { SampleStore } from './sample-store.ts';
import { SettingsStore } from './settings-store.ts';
import { TelemetryStore } from './telemetry-store.ts';
import { TokenStore } from './token-store.ts';
import { UploadStore } from './upload-store.ts';
import { VariantTestStore } from './variant-test-store.ts';

/** Everything the hub keeps in its database, one store per noun. */
export class Store {
  readonly alerts: AlertStore;
  readonly blobReferences: BlobReferences;
  readonly datasets: DatasetStore;
  readonly devices: DeviceStore;
  readonly events: EventStore;
  readonly jobMetrics: JobMetricsStore;
  readonly jobs: JobStore;
  readonly models: ModelStore;
  readonly quantizations: QuantizationStore;
  readonly retrainings: RetrainingStore;
  readonly rollouts: RolloutStore;
  readonly runs: RunStore;
  readonly samples: SampleStore;
  readonly settings: SettingsStore;
  readonly telemetry: TelemetryStore;
  readonly tokens: TokenStore;
  readonly uploads: UploadStore;
  readonly variantTests: VariantTestStore;
  readonly #db: Kysely<Database>;
  readonly #eventListeners: Set<(event: EventRecord) => void>;

  constructor(db: Kysely<Database>, eventListeners: Set<(event: EventRecord) => void> = new Set()) {
    this.#db = db;
    this.#eventListeners = eventListeners;
    this.alerts = new AlertStore(db);
    this.blobReferences = new BlobReferences(db);
    this.datasets = new DatasetStore(db);
    this.devices = new DeviceStore(db);
    this.events = new EventStore(db, eventListeners);
    this.jobMetrics = new JobMetricsStore(db);
    this.jobs = new JobStore(db);
    this.models = new ModelStore(db);
    this.quantizations = new QuantizationStore(db);
    this.retrainings = new RetrainingStore(db);
    this.rollouts = new RolloutStore(db);
    this.runs = new RunStore(db);
    this.samples = new SampleStore(db);
    this.settings = new SettingsStore(db);
    this.telemetry = new TelemetryStore(db);
    this.tokens = new TokenStore(db);
    this.uploads = new UploadStore(db);
    this.variantTests = new VariantTestStore(db);
  }

  /** All or nothing. Inside, use the given store: the outer one would wait for itself. */
  async transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const pending: EventRecord[] = [];
    const result = await this.#db
      .transaction()
      // Live listeners hear of an event only once it is committed.
      .execute((tx) => work(new Store(tx, new Set([(event) => pending.push(event)]))));
    for (const event of pending) for (const listener of this.#eventListeners) listener(event);
    return result;
  }

  async close(): Promise<void> {
    await this.#db.destroy();
  }
}
