import { ApiTokens } from '../access/api-tokens.ts';
import { Enrollment } from '../access/enrollment.ts';
import type { ApiParts } from '../api/api-parts.ts';
import { createApp } from '../api/app.ts';
import { LiveTelemetry } from '../api/live-telemetry.ts';
import { DatasetService } from '../datasets/dataset-service.ts';
import { DeviceCommands } from '../fleet/device-commands.ts';
import { emptyTotals } from '../ingest/ingest-totals.ts';
import { JobCheckpoints } from '../jobs/job-checkpoints.ts';
import { StoreJobQueue } from '../jobs/store-job-queue.ts';
import { silentLogger } from '../log.ts';
import { ReleaseShelf } from '../steps/release-shelf.ts';
import type { ApiRole } from '../store/token-store.ts';
import { type HubRig, hubRig } from './hub-rig.ts';
import { NoPipeline } from './no-pipeline.ts';
import { RecordingBroker } from './recording-broker.ts';

export interface ApiRig extends HubRig {
  readonly broker: RecordingBroker;
  readonly pipeline: NoPipeline;
  readonly live: LiveTelemetry;
  readonly queue: StoreJobQueue;
  readonly tokens: ApiTokens;
  readonly app: ReturnType<typeof createApp>;
  /** Asks as somebody of this role; as nobody without one. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
  tokenOf(role: ApiRole): Promise<string>;
}

export interface AskOptions {
  readonly as?: ApiRole;
  readonly body?: unknown;
  readonly bytes?: Uint8Array;
  readonly headers?: Record<string, string>;
}

/** The whole web server on a store in memory; nothing listens on a port. */
export async function apiRig(): Promise<ApiRig> {
  const rig = await hubRig();
  const { store, blobs, clock } = rig;
  const broker = new RecordingBroker();
  const pipeline = new NoPipeline();
  const live = new LiveTelemetry();
  const queue = new StoreJobQueue(store, clock);
  const tokens = new ApiTokens(store, clock);
  const parts: ApiParts = {
    store,
    blobs,
    clock,
    tokens,
    queue,
    checkpoints: new JobCheckpoints({ store, blobs, queue, clock }),
    pipeline,
    live,
    releases: new ReleaseShelf(store, blobs),
    log: silentLogger,
    enrollment: new Enrollment(store, clock),
    hubKeys: rig.identity.keys,
    commands: new DeviceCommands(store, broker, clock),
    datasets: new DatasetService(store, blobs, clock),
    info: () => ({ hubId: rig.identity.hubId, version: '0', mqttUrl: 'mqtt://hub:1883', startedMs: clock.nowMs() }),
    ingestTotals: () => ({ telemetry: emptyTotals(), samples: emptyTotals() }),
    disconnect: (deviceId) => broker.disconnect(deviceId),
  };
  const app = createApp(parts);
  const made = new Map<ApiRole, string>();
  const tokenOf = async (role: ApiRole): Promise<string> => {
    const token = made.get(role) ?? (await tokens.create(role, role)).token;
    made.set(role, token);
    return token;
  };
  const ask = async (method: string, path: string, options: AskOptions = {}): Promise<Response> => {
    const headers: Record<string, string> = { ...options.headers };
    if (options.as !== undefined) headers['authorization'] = `Bearer ${await tokenOf(options.as)}`;
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    const body = options.bytes ? Uint8Array.from(options.bytes) : JSON.stringify(options.body);
    return app.request(`/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  };
  return { ...rig, broker, pipeline, live, queue, tokens, app, ask, tokenOf };
}
