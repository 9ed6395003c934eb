import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createApp } from './api/app.ts';
import { HttpServer } from './api/http-server.ts';
import { LiveTelemetry } from './api/live-telemetry.ts';
import type { PipelineActions } from './api/pipeline-actions.ts';
import { type Clock, systemClock } from './clock.ts';
import { buildDeviceSide, type DeviceSide } from './device-side.ts';
import { messageOf } from './errors.ts';
import { DeviceCommands } from './fleet/device-commands.ts';
import { type HubCore, openCore } from './hub-core.ts';
import { JobReaper } from './jobs/job-reaper.ts';
import type { WorkerEnd } from './jobs/worker-end.ts';
import { LOCAL_WORKER_PREFIX, WorkerProcess } from './jobs/worker-process.ts';
import type { Logger } from './log.ts';
import { ReleaseShelf } from './steps/release-shelf.ts';
import { StopStack } from './stop-stack.ts';
import { writeFileAtomic } from './store/write-file-atomic.ts';
import { HUB_VERSION } from './version.ts';

export interface HubOptions {
  readonly dataFolder: string;
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly httpPort: number;
  readonly mqttPort: number;
  /** Host name in the addresses that are told to others. @default what `host` says */
  readonly publicHost?: string | undefined;
  /** Whether to run a worker as a child process. */
  readonly withWorker: boolean;
  /** What that worker computes on. @default 'auto' */
  readonly provider?: string | undefined;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** A pipeline with its own clockwork. */
export interface RunningPipeline extends PipelineActions {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export type MakePipeline = (core: HubCore) => RunningPipeline;

/** Where a running hub is found. */
export interface HubAddress {
  readonly httpUrl: string;
  readonly mqttUrl: string;
  readonly pid: number;
  readonly version: string;
  readonly dataFolder: string;
  /** Only at the first start: the token that may do everything. */
  readonly newAdminToken: string | undefined;
}

/** One hub: builds all parts, starts them, and stops them in reverse order. */
export class Hub {
  readonly #options: HubOptions;
  readonly #makePipeline: MakePipeline;
  readonly #stops: StopStack;
  readonly #clock: Clock;

  constructor(options: HubOptions, makePipeline: MakePipeline) {
    this.#options = options;
    this.#makePipeline = makePipeline;
    this.#stops = new StopStack(options.log);
    this.#clock = options.clock ?? systemClock;
  }

  /** @throws RequestError CONFLICT when another hub works with the data folder; OutsideError UNREACHABLE, STORAGE_FAILED */
  async start(): Promise<HubAddress> {
    try {
      return await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#stops.run();
  }

  async #start(): Promise<HubAddress> {
    const { dataFolder } = this.#options;
    const core = await openCore({ ...this.#options, clock: this.#clock }, this.#stops);
    const admin = await core.tokens.ensureFile(join(dataFolder, 'admin-token'), {
      name: 'administrator',
      role: 'admin',
      unlessAnother: true,
    });
    const pipeline = this.#makePipeline(core);
    const live = new LiveTelemetry();
    const devices = await buildDeviceSide(core, live, pipeline, this.#stops);
    const mqttPort = await core.broker.start();
    this.#stops.push('broker', () => core.broker.stop());
    // What has come in is acknowledged while devices can still hear it.
    this.#stops.push('last acknowledgements', () => devices.flush());
    await core.desired.publishAll();
    await pipeline.start();
    this.#stops.push('pipeline', () => pipeline.stop());
    await this.#watchJobs(core, pipeline);
    const mqttUrl = `mqtt://${this.#publicHost()}:${mqttPort}`;
    const httpPort = await this.#serve(core, pipeline, live, devices, mqttUrl);
    await this.#startWorker(core, pipeline, httpPort);
    core.sweeper.start();
    this.#stops.push('blob sweeper', () => core.sweeper.stop());
    const address = { httpUrl: `http://${this.#publicHost()}:${httpPort}`, mqttUrl, pid: process.pid };
    await this.#announce({ ...address, version: HUB_VERSION });
    const newAdminToken = admin?.isNew ? admin.token : undefined;
    return { ...address, version: HUB_VERSION, dataFolder, newAdminToken };
  }

  async #watchJobs(core: HubCore, pipeline: RunningPipeline): Promise<void> {
    // Workers of the last run ended with it; their jobs need not wait for the leases to run out.
    await core.queue.takeBack(LOCAL_WORKER_PREFIX, null);
    const reaper = new JobReaper(core.queue, core.log, (job) => pipeline.jobEnded(job));
    reaper.start();
    this.#stops.push('job reaper', () => reaper.stop());
  }

  async #serve(
    core: HubCore,
    pipeline: RunningPipeline,
    live: LiveTelemetry,
    devices: DeviceSide,
    mqttUrl: string,
  ): Promise<number> {
    const startedMs = this.#clock.nowMs();
    const { hubId, keys } = core.identity;
    const app = createApp({
      ...core,
      hubKeys: keys,
      commands: new DeviceCommands(core.store, core.broker, core.clock),
      pipeline,
      live,
      releases: new ReleaseShelf(core.store, core.blobs),
      info: () => ({ hubId, version: HUB_VERSION, mqttUrl, startedMs }),
      ingestTotals: () => ({ telemetry: devices.telemetry.totals, samples: devices.samples.totals }),
      disconnect: (deviceId) => core.broker.disconnect(deviceId),
    });
    const server = new HttpServer(app, this.#options.host, this.#options.httpPort);
    const port = await server.start();
    this.#stops.push('web server', () => server.stop());
    return port;
  }

  async #startWorker(core: HubCore, pipeline: RunningPipeline, httpPort: number): Promise<void> {
    const { dataFolder, withWorker, provider, host, log } = this.#options;
    if (!withWorker) return;
    const wanted = { name: 'local worker', role: 'worker', unlessAnother: false } as const;
    const made = await core.tokens.ensureFile(join(dataFolder, 'worker-token'), wanted);
    if (!made) return;
    const hubUrl = `http://${isWildcard(host) ? '127.0.0.1' : urlHost(host)}:${httpPort}`;
    const onEnded = (name: string, end: WorkerEnd): void => {
      const taken = core.queue.takeBack(name, end).then(async (failed) => {
        for (const job of failed) await pipeline.jobEnded(job);
      });
      taken.catch((error) => log.error({ worker: name, cause: messageOf(error) }, 'jobs are not taken back'));
    };
    const worker = new WorkerProcess({ hubUrl, token: made.token, provider, log, onEnded });
    worker.start();
    this.#stops.push('worker', () => worker.stop());
  }

  /** Programs beside the hub find it by this file; it is there exactly while the hub answers. */
  async #announce(address: Readonly<Record<string, unknown>>): Promise<void> {
    const path = join(this.#options.dataFolder, 'hub.json');
    await writeFileAtomic(path, `${JSON.stringify(address)}\n`, 0o644);
    this.#stops.push('announcement', async () => {
      await rm(path, { force: true }).catch((error) => {
        this.#options.log.warn({ path, cause: messageOf(error) }, 'the announcement stays behind');
      });
    });
  }

  #publicHost(): string {
    const { publicHost, host } = this.#options;
    return urlHost(publicHost ?? (isWildcard(host) ? hostname() : host));
  }
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** IPv6 addresses stand in brackets in a URL. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
