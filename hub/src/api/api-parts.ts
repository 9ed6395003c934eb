import type { ModelSignature } from '@edgeloop/protocol';
import type { ApiTokens } from '../access/api-tokens.ts';
import type { Enrollment } from '../access/enrollment.ts';
import type { Clock } from '../clock.ts';
import type { DeviceCommands } from '../fleet/device-commands.ts';
import type { HubKey } from '../identity/hub-identity.ts';
import type { IngestTotals } from '../ingest/ingest-totals.ts';
import type { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Logger } from '../log.ts';
import type { BlobStore } from '../store/blob-store.ts';
import type { Store } from '../store/store.ts';
import type { ApiTokenRecord } from '../store/token-store.ts';
import type { DatasetActions } from './dataset-actions.ts';
import type { LiveTelemetry } from './live-telemetry.ts';
import type { PipelineActions } from './pipeline-actions.ts';

/** What the hub tells about itself. */
export interface HubInfo {
  readonly hubId: string;
  readonly version: string;
  readonly mqttUrl: string;
  readonly startedMs: number;
}

/** Reads what was signed. */
export interface SignedSignatures {
  /** @throws RequestError NOT_FOUND for an unknown version, CONFLICT for one without a release */
  signature(model: string, version: number): Promise<ModelSignature>;
}

/** Everything the API translates requests to. */
export interface ApiParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly tokens: ApiTokens;
  readonly enrollment: Enrollment;
  readonly hubKeys: readonly HubKey[];
  readonly queue: JobQueue;
  readonly checkpoints: JobCheckpoints;
  readonly commands: DeviceCommands;
  readonly pipeline: PipelineActions;
  readonly releases: SignedSignatures;
  readonly datasets: DatasetActions;
  readonly live: LiveTelemetry;
  readonly clock: Clock;
  readonly log: Logger;
  info(): HubInfo;
  ingestTotals(): { readonly telemetry: IngestTotals; readonly samples: IngestTotals };
  /** Cuts the device's connection. */
  disconnect(deviceId: string): Promise<void>;
}

/** What a handler finds in its context. */
export interface ApiEnv {
  Variables: {
    parts: ApiParts;
    /** Who asks; set on every route but the open ones. */
    caller: ApiTokenRecord;
  };
}
