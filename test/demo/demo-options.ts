import { parseArgs } from 'node:util';
import { RigError } from '../rig/errors.ts';

export interface DemoOptions {
  /** End by itself when the loop has closed, instead of keeping the hub running. */
  readonly exit: boolean;
  /** One JSON object on standard output; the story goes to standard error. */
  readonly json: boolean;
  /** Where hub and agents keep their data; undefined means a new temporary folder. */
  readonly folder: string | undefined;
}

export const DEMO_HELP = `Usage: npm run demo -- [--exit] [--json] [--folder DIR]

Runs a hub, its worker and three agents on this machine and closes the whole loop on real
sensor data (NASA Shuttle): train, quantize, sign, roll out, drift, retrain, roll out again.

  --exit        end when the loop has closed; exit code 0 only if every stage really happened
  --json        print the figures of every stage as one JSON object
  --folder DIR  keep the data here (default: a temporary folder, removed at the end)
  --help        this text`;

/** @throws RigError USAGE for an unknown option */
export function parseDemoOptions(argv: readonly string[]): DemoOptions | 'help' {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        exit: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        folder: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return values.help ? 'help' : { exit: values.exit, json: values.json, folder: values.folder };
  } catch (cause) {
    throw new RigError('USAGE', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
