import { parseArgs } from 'node:util';
import { messageOf } from '../errors.ts';
import { createLogger } from '../log.ts';
import { startWorker } from './start-worker.ts';

const HELP = `Takes jobs from a hub and does them.

  --hub URL         address of the hub (EDGELOOP_URL)
  --name NAME       name of this worker (EDGELOOP_WORKER_NAME)
  --provider NAME   auto, cpu, cuda or webgpu (EDGELOOP_PROVIDER)
  --log-level LEVEL info unless told otherwise (EDGELOOP_LOG_LEVEL)

The token comes from EDGELOOP_TOKEN, so that no process list shows it.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      hub: { type: 'string' },
      name: { type: 'string' },
      provider: { type: 'string' },
      'log-level': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { env } = process;
  const url = values.hub ?? env['EDGELOOP_URL'];
  const token = env['EDGELOOP_TOKEN'];
  if (!url || !token) {
    process.stderr.write(`worker: expected ${url ? 'EDGELOOP_TOKEN' : '--hub or EDGELOOP_URL'}, got none\n`);
    return 2;
  }
  const isChild = env['EDGELOOP_IS_CHILD'] !== undefined;
  const worker = await startWorker({
    url,
    token,
    name: values.name ?? env['EDGELOOP_WORKER_NAME'],
    provider: values.provider ?? env['EDGELOOP_PROVIDER'],
    isRestarted: isChild,
    log: createLogger(values['log-level'] ?? env['EDGELOOP_LOG_LEVEL'] ?? 'info'),
  });
  const stop = (): void => {
    // It ends `done`, which is waited for below.
    worker.stop().catch(() => undefined);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A child whose hub has died has nobody to work for; the hub starts another.
  process.once('disconnect', stop);
  // It may have died before anybody listened.
  if (isChild && !process.connected) stop();
  await worker.done;
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`worker: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
// The channel to the hub would keep the process alive.
if (process.connected) process.disconnect();
