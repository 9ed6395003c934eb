import { spawnSync } from 'node:child_process';
import { InternalError } from '../errors.ts';

/** Debian installs its Python packages for its own interpreter, which need not be the first on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];

/** An interpreter that can import `module`, or why there is none. */
export function pythonWith(module: string): { readonly command: string } | { readonly missing: string } {
  for (const command of INTERPRETERS) {
    const { status } = spawnSync(command, ['-c', `import ${module}`], { stdio: 'ignore' });
    if (status === 0) return { command };
  }
  return { missing: `no Python interpreter here can import ${module}` };
}

/** Runs a script that reads JSON from its input and prints JSON. */
export function runPython(command: string, script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync(command, ['-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new InternalError(`Python script must end with 0, got ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
