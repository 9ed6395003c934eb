import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { Hub, type HubAddress } from '../../hub.ts';
import { createLogger } from '../../log.ts';
import { makePipeline } from '../../make-pipeline.ts';
import { checkProvider, requireProvider } from '../../worker/ort/choose-provider.ts';
import { PROVIDER_CHOICES } from '../../worker/ort/provider.ts';
import { probeProvider } from '../../worker/ort/provider-probe.ts';
import { startWorker } from '../../worker/start-worker.ts';
import type { CliIo } from '../cli-io.ts';
import { DEFAULT_DATA_FOLDER, findHub } from '../hub-address.ts';
import { group, wholeNumber } from '../session.ts';
import { untilSignal } from '../until-signal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const HIGHEST_PORT = 65_535;

/** `edgeloop hub` and `edgeloop worker`: the processes themselves. */
export function processCommands(io: CliIo): Command[] {
  return [hub(io), worker(io)];
}

function hub(io: CliIo): Command {
  return group('hub', 'Run a hub: web API, console, broker, and one worker as its child.')
    .option('--data <DIR>', `folder for everything it keeps (EDGELOOP_DATA; default: "./${DEFAULT_DATA_FOLDER}")`)
    .option('--host <ADDRESS>', 'address to listen on; 0.0.0.0 for every network', '127.0.0.1')
    .option('--public-host <NAME>', 'host name that devices are told, where it differs from --host')
    .option('--http-port <PORT>', 'port of web API and console; 0 takes a free one', wholeNumber(0, HIGHEST_PORT), 8080)
    .option('--mqtt-port <PORT>', 'port for devices; 0 takes a free one', wholeNumber(0, HIGHEST_PORT), 1883)
    .option('--no-worker', 'leave all jobs to workers on other machines')
    .addOption(providerOption())
    .addOption(new Option('--log-level <LEVEL>', 'what to log').choices(LEVELS).default('info'))
    .option('--json', 'print the addresses as one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ edgeloop hub --data /var/lib/edgeloop --host 0.0.0.0 --public-host hub.example.org',
    )
    .action(async (options) => {
      // Its worker would end and be started again for ever.
      if (options.worker) await requireProvider(checkProvider(options.provider), probeProvider);
      const running = new Hub(
        {
          dataFolder: resolve(options.data ?? io.env['EDGELOOP_DATA'] ?? DEFAULT_DATA_FOLDER),
          host: options.host,
          publicHost: options.publicHost,
          httpPort: options.httpPort,
          mqttPort: options.mqttPort,
          withWorker: options.worker,
          provider: options.provider,
          log: createLogger(options.logLevel),
        },
        makePipeline,
      );
      const address = await running.start();
      io.out(options.json ? `${JSON.stringify(address)}\n` : hubText(address));
      await untilSignal();
      await running.stop();
    });
}

function hubText({ httpUrl, mqttUrl, dataFolder, newAdminToken }: HubAddress): string {
  const tokenPath = join(dataFolder, 'admin-token');
  const known = existsSync(tokenPath) ? `  token     in ${tokenPath}\n` : '';
  const token =
    newAdminToken === undefined
      ? known
      : `\nThe administrator token, shown this once (also in ${tokenPath}):\n  ${newAdminToken}\n`;
  return `Edgeloop hub is ready.
  console   ${httpUrl}/console/
  API docs  ${httpUrl}/api/docs
  devices   ${mqttUrl}
  data      ${dataFolder}
${token}`;
}

function worker(io: CliIo): Command {
  return group('worker', 'Run a worker that takes jobs from a hub, for example on a GPU server.')
    .option('--hub <URL>', 'address of the hub (EDGELOOP_URL)')
    .option('--token <TOKEN>', 'API token of role worker (EDGELOOP_TOKEN)')
    .option('--name <NAME>', 'name by which it holds jobs')
    .addOption(providerOption())
    .addOption(new Option('--log-level <LEVEL>', 'what to log').choices(LEVELS).default('info'))
    .addHelpText(
      'after',
      '\nExample:\n  $ EDGELOOP_TOKEN=elt_... edgeloop worker --hub http://hub.example.org:8080 --provider cuda',
    )
    .action(async (options) => {
      const { url, token } = findHub({ url: options.hub, token: options.token }, io.env);
      const log = createLogger(options.logLevel);
      const { name, provider } = options;
      const running = await startWorker({ url, token: token ?? '', name, provider, log });
      await Promise.race([untilSignal(), running.done]);
      await running.stop();
    });
}

function providerOption(): Option {
  return new Option('--provider <NAME>', 'hardware that the worker computes on; auto takes the fastest')
    .choices(PROVIDER_CHOICES)
    .env('EDGELOOP_PROVIDER')
    .default('auto');
}
