import { hostname } from 'node:os';
import type { Logger } from '../log.ts';
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
  const client = new WorkerClient({ url: options.url, token: options.token, worker: name });
  const worker = new Worker({ client, engine, log: options.log, nowMs: () => performance.now() });
  worker.start();
  options.log.info({ worker: name, hub: options.url, engine: engine.name, provider, reason }, 'worker started');
  return worker;
}
