import type { CliIo } from '../cli/cli-io.ts';
import { runCommandLine } from '../cli/program.ts';
import { type ApiRig, apiRig } from './api-rig.ts';

/** How a command line ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine extends ApiRig {
  /** Runs `edgeloop` with these arguments as an administrator. */
  run(...argv: string[]): Promise<Ended>;
}

/** The `edgeloop` command beside a web server in memory. */
export async function openCommandLine(env: Record<string, string> = {}): Promise<CommandLine> {
  const rig: ApiRig = await apiRig();
  const token = await rig.tokenOf('admin');
  const run = async (...argv: string[]): Promise<Ended> => {
    let out = '';
    let err = '';
    const io: CliIo = {
      env: { EDGELOOP_URL: 'http://hub', EDGELOOP_TOKEN: token, ...env },
      isInteractive: false,
      fetch: (input, init) => rig.app.request(String(input), init) as Promise<Response>,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
    };
    const code = await runCommandLine(argv, io);
    return { code, out, err };
  };
  return { ...rig, run };
}
