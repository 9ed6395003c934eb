import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How runner processes are made. */
export interface RunnerProgram {
  readonly path: string;
  readonly execArgv: readonly string[];
}

// A runner holds little in V8: models and tensors are native memory. Small young generations keep its RSS low.
const HEAP_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128', '--single-threaded-gc'];

/** The runner beside this file, with the Node options of this process. */
export const DEFAULT_RUNNER_PROGRAM: RunnerProgram = {
  path: fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url)),
  execArgv: [...process.execArgv.filter((argument) => !argument.startsWith('--max-')), ...HEAP_FLAGS],
};

/** Starts a runner. It inherits standard output, for its sinks, and standard error. */
export function startRunnerProcess({ path, execArgv }: RunnerProgram): ChildProcess {
  return fork(path, [], {
    execArgv: [...execArgv],
    // Typed arrays and NaN pass unchanged.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}
