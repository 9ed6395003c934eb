import { hostname } from 'node:os';
import type { Logger } from '../log.ts';
import { Heartbeats } from './heartbeat/heartbeats.ts';
import { checkProvider, chooseProvider } from './ort/choose-provider.ts';
import { OrtEngine } from './ort/ort-engine.ts';
import { probeProvider } from './ort/provider-probe.ts';
import { Worker } from './worker.ts';
import { WorkerClient } from './worker-client.ts';

export interface WorkerOptions {
  /** Address of the hub: 'http://127.0.0.1:8080'. */
  readonly url: string;
  /** API token with role worker or admin. */
  readonly token: string;
  /** @default host name and process id, which no other worker has */
  readonly name?: string | undefined;
  /** Hardware to compute on: 'auto' or a provider. @default 'auto' */
  readonly provider?: string | undefined;
  readonly log: Logger;
  /**
   * Whoever started this process starts another when it ends: it may be killed where ONNX Runtime would compute on for
   * a job that was cancelled. @default false
   */
  readonly isRestarted?: boolean | undefined;
}

/**
 * Starts a worker; stop it with `stop()`.
 *
 * @throws RequestError INVALID_INPUT for an unknown provider; OutsideError UNREACHABLE for one that is not installed
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { provider, reason } = await chooseProvider(checkProvider(options.provider ?? 'auto'), probeProvider);
  const engine = new OrtEngine(provider);
  await engine.check();
  const name = options.name ?? `${hostname()}-${process.pid}`;
  const hub = { url: options.url, token: options.token, worker: name };
  const heartbeats = new Heartbeats({ ...hub, isRestarted: options.isRestarted ?? false });
  const client = new WorkerClient(hub);
  const worker = new Worker({ client, heartbeats, engine, log: options.log, nowMs: () => performance.now() });
  worker.start();
  options.log.info({ worker: name, hub: options.url, engine: engine.name, provider, reason }, 'worker started');
  return worker;
}
