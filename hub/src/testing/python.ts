import { spawnSync } from 'node:child_process';
import { InternalError } from '../errors.ts';

/** Debian installs its Python packages for its own interpreter, which need not be the first on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];

/**
 * What a Python script prints as JSON, given `input` as JSON.
 *
 * @returns `undefined` where no interpreter here has the modules that it imports: skip the test, and say so
 */
export function runPython(script: string, input: unknown): unknown {
  for (const command of INTERPRETERS) {
    const { status, stdout, stderr } = spawnSync(command, ['-c', `import json, sys\n${script}`], {
      input: JSON.stringify(input),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (status === 0) return JSON.parse(stdout);
    const isMissing = status === null || stderr.includes('ModuleNotFoundError');
    if (!isMissing) throw new InternalError(`Python script must end with 0, got ${status}: ${stderr}`);
  }
  return undefined;
}
