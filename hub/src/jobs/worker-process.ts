import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../log.ts';
import { type WorkerEnd, workerEnd } from './worker-end.ts';

export interface WorkerProcessOptions {
  readonly hubUrl: string;
  /** API token of role worker; handed over in the environment, where other users cannot see it. */
  readonly token: string;
  readonly log: Logger;
  /** What the worker computes on. @default 'auto' */
  readonly provider?: string | undefined;
  /** Told when a worker of this name has ended by itself, and how. */
  onEnded(name: string, end: WorkerEnd): void;
  /** Module of the worker's process. @default the worker beside this file */
  readonly modulePath?: string;
}

/** Names of the workers that are children of a hub start so; each start has a name of its own. */
export const LOCAL_WORKER_PREFIX = 'local-';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A worker that ran this long was well; the next pause is short again. */
const HEALTHY_MS = 60_000;
const GRACE_MS = 5_000;

/** Keeps one worker running as a child of the hub. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #restartTimer: NodeJS.Timeout | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
  }

  /** Undefined while none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const { hubUrl, token, log } = this.#options;
    const startedAt = performance.now();
    const provider = this.#options.provider === undefined ? [] : ['--provider', this.#options.provider];
    const name = `${LOCAL_WORKER_PREFIX}${randomBytes(4).toString('hex')}`;
    const child = fork(this.#options.modulePath ?? workerModule(), ['--hub', hubUrl, '--name', name, ...provider], {
      env: { ...process.env, EDGELOOP_TOKEN: token, EDGELOOP_IS_CHILD: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.once('error', (error) => log.error({ cause: error.message }, 'the worker cannot be started'));
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#isStopping) return;
      this.#options.onEnded(name, workerEnd(code, signal));
      if (performance.now() - startedAt > HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
      log.warn({ code, signal, restartInMs: this.#pauseMs }, 'the worker has ended');
      this.#restartTimer = setTimeout(() => this.start(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const killTimer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(killTimer);
  }
}

/** Beside this file, compiled or not as it is. */
function workerModule(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../worker/main.${extension}`, import.meta.url));
}
