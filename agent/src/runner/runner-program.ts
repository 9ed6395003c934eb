import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How runner processes are made. */
export interface RunnerProgram {
  readonly path: string;
  readonly execArgv: readonly string[];
}

// A runner holds little in V8: models and tensors are native memory. Small young generations keep its RSS low.
const HEAP_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=128', '--single-threaded-gc'];

/** Up to this much memory, a device is better served by a small runner than by a fast one. */
const SMALL_MEMORY_BYTES = 1024 ** 3;

// Saves 10 MB: V8 then interprets the code around the model instead of compiling it. The model itself is as fast.
const SMALL_MEMORY_FLAGS = ['--lite-mode'];

/** The runner beside this file, with the Node options of this process and those that suit the device's memory. */
export function runnerProgram(memoryBytes: number): RunnerProgram {
  const inherited = process.execArgv.filter((argument) => !argument.startsWith('--max-'));
  const small = memoryBytes <= SMALL_MEMORY_BYTES ? SMALL_MEMORY_FLAGS : [];
  return {
    path: fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './main.ts' : './main.js', import.meta.url)),
    execArgv: [...inherited, ...HEAP_FLAGS, ...small],
  };
}

/** Starts a runner. It inherits standard input, for a source of lines, output, for its sinks, and standard error. */
export function startRunnerProcess({ path, execArgv }: RunnerProgram): ChildProcess {
  return fork(path, [], {
    execArgv: [...execArgv],
    // Typed arrays and NaN pass unchanged.
    serialization: 'advanced',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
}
