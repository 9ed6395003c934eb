import { hostname } from 'node:os';
import { RequestError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { OrtEngine, PROVIDERS, type Provider } from './ort/ort-engine.ts';
import { Worker } from './worker.ts';
import { WorkerClient } from './worker-client.ts';

export interface WorkerOptions {
  /** Address of the hub: 'http://127.0.0.1:8080'. */
  readonly url: string;
  /** API token with role worker or admin. */
  readonly token: string;
  /** @default host name and process id, which no other worker has */
  readonly name?: string | undefined;
  /** Hardware to compute on. @default 'cpu' */
  readonly provider?: string | undefined;
  readonly log: Logger;
}

/**
 * Starts a worker; stop it with `stop()`.
 *
 * @throws RequestError INVALID_INPUT for an unknown provider; OutsideError UNREACHABLE for one that is not installed
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const provider = checkProvider(options.provider ?? 'cpu');
  const engine = new OrtEngine(provider);
  await engine.check();
  const name = options.name ?? `${hostname()}-${process.pid}`;
  const client = new WorkerClient({ url: options.url, token: options.token, worker: name });
  const worker = new Worker({ client, engine, log: options.log, nowMs: () => performance.now() });
  worker.start();
  options.log.info({ worker: name, hub: options.url, engine: engine.name }, 'worker started');
  return worker;
}

function checkProvider(provider: string): Provider {
  const known = PROVIDERS.find((candidate) => candidate === provider);
  if (known !== undefined) return known;
  throw new RequestError('INVALID_INPUT', `provider must be one of ${PROVIDERS.join(', ')}, got ${provider}`);
}
