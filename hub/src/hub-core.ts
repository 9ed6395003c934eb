import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiTokens } from './access/api-tokens.ts';
import { DeviceGate } from './access/device-gate.ts';
import { Enrollment } from './access/enrollment.ts';
import { RefusalLog } from './access/refusal-log.ts';
import { AedesBroker } from './broker/aedes-broker.ts';
import type { Broker } from './broker/broker.ts';
import { BlobSweeper } from './cleaning/blob-sweeper.ts';
import type { Clock } from './clock.ts';
import { DatasetService } from './datasets/dataset-service.ts';
import { DesiredStatePublisher } from './fleet/desired-state-publisher.ts';
import { type HubIdentity, openIdentity } from './identity/hub-identity.ts';
import { JobCheckpoints } from './jobs/job-checkpoints.ts';
import { StoreJobQueue } from './jobs/store-job-queue.ts';
import type { Logger } from './log.ts';
import type { StopStack } from './stop-stack.ts';
import type { BlobStore } from './store/blob-store.ts';
import { DataLock } from './store/data-lock.ts';
import { FolderBlobStore } from './store/folder-blob-store.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

export interface HubCoreOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly mqttPort: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What every other part of the hub stands on. */
export interface HubCore {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly sweeper: BlobSweeper;
  readonly identity: HubIdentity;
  readonly tokens: ApiTokens;
  readonly enrollment: Enrollment;
  readonly refusals: RefusalLog;
  readonly queue: StoreJobQueue;
  readonly checkpoints: JobCheckpoints;
  readonly datasets: DatasetService;
  readonly broker: Broker;
  readonly desired: DesiredStatePublisher;
}

/**
 * Opens the data folder and makes the parts that stand on it. The broker is not started yet.
 *
 * @throws RequestError CONFLICT when another hub works with the folder
 */
export async function openCore(options: HubCoreOptions, stops: StopStack): Promise<HubCore> {
  const { dataFolder, clock, log } = options;
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const lock = new DataLock(dataFolder);
  lock.take();
  stops.push('data lock', () => lock.release());
  const store = await openStore(join(dataFolder, 'hub.db'));
  stops.push('store', () => store.close());
  const blobs = new FolderBlobStore(join(dataFolder, 'blobs'));
  await blobs.start();
  const identity = await openIdentity(store, join(dataFolder, 'keys', 'release.pem'), clock);
  const queue = new StoreJobQueue(store, clock);
  const broker = new AedesBroker({
    host: options.host,
    port: options.mqttPort,
    gate: new DeviceGate(store, identity.hubId, clock),
    log,
  });
  return {
    clock,
    log,
    store,
    blobs,
    sweeper: new BlobSweeper({ store, blobs, clock, log }),
    identity,
    broker,
    tokens: new ApiTokens(store, clock),
    enrollment: new Enrollment(store, clock),
    refusals: new RefusalLog(store, clock, log),
    queue,
    checkpoints: new JobCheckpoints({ store, blobs, queue, clock }),
    datasets: new DatasetService(store, blobs, clock),
    desired: new DesiredStatePublisher({ store, blobs, broker, signer: identity.signer, clock, log }),
  };
}
