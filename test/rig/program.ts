import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { RigError } from './errors.ts';

export interface ProgramOptions {
  readonly name: string;
  /** What is executed. @default this Node */
  readonly command?: string;
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Both output streams are appended here. */
  readonly logPath: string;
}

/** One real process of the product, with its output in a file. */
export class Program {
  readonly options: ProgramOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }> | undefined;

  constructor(options: ProgramOptions) {
    this.options = options;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new RigError('PROCESS_ENDED', `${this.options.name} is not running`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the process has ended, by itself or by a signal. */
  get ended(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.#ended) throw new RigError('PROCESS_ENDED', `${this.options.name} was never started`);
    return this.#ended;
  }

  start(extraEnv: Readonly<Record<string, string>> = {}): void {
    mkdirSync(dirname(this.options.logPath), { recursive: true });
    const log = createWriteStream(this.options.logPath, { flags: 'a' });
    const child = spawn(this.options.command ?? process.execPath, [...this.options.argv], {
      env: { ...process.env, ...this.options.env, ...extraEnv },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        log.end();
        resolve({ code, signal });
      });
    });
  }

  /** The signal a crash or a power cut looks like. */
  async kill(): Promise<void> {
    if (!this.isRunning) return;
    this.#child?.kill('SIGKILL');
    await this.ended;
  }

  /** Asks politely; kills after the grace period. */
  async stop(graceMs = 8_000): Promise<void> {
    if (!this.isRunning) return;
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), graceMs);
    this.#child?.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }
}
