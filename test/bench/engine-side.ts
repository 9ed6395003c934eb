import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { RigError } from '../rig/errors.ts';
import type { BenchSample } from './bench-case.ts';
import type { RoundFigures } from './serve-rounds.ts';

/** Steps take about this long in one round. */
const ROUND_SECONDS = 1;

/** One engine in a process of its own, which makes as many steps as it is told. */
export class EngineSide {
  readonly #command: readonly string[];
  readonly #batch: number;
  readonly #libraries: string | undefined;
  #process: ChildProcessWithoutNullStreams | undefined;
  #answers: AsyncIterator<string> | undefined;
  #lines: Interface | undefined;
  #errors = '';
  #steps = 0;
  readonly #outside: number[] = [];

  /**
   * @param batch samples per step
   * @param libraries folder whose shared libraries come before the system's
   */
  constructor(command: readonly string[], batch: number, libraries?: string) {
    this.#command = command;
    this.#batch = batch;
    this.#libraries = libraries;
  }

  /** Works for about a second; samples per second. */
  async round(): Promise<BenchSample> {
    if (this.#steps === 0) {
      // The first step loads and compiles; the second one tells how many fit.
      await this.#make(1);
      const { wallSeconds } = await this.#make(1);
      const again = await this.#make(Math.max(1, Math.round(ROUND_SECONDS / 5 / wallSeconds)));
      this.#steps = Math.max(
        1,
        Math.round((ROUND_SECONDS * Math.round(ROUND_SECONDS / 5 / wallSeconds || 1)) / again.wallSeconds),
      );
    }
    const { wallSeconds, cpuSeconds, insideSeconds } = await this.#make(this.#steps);
    if (insideSeconds !== undefined) this.#outside.push(1 - insideSeconds / wallSeconds);
    return { figure: (this.#steps * this.#batch) / wallSeconds, cpuSeconds, wallSeconds };
  }

  /** Median share of a round's time outside the engine; undefined where the side cannot tell. */
  get outsideShare(): number | undefined {
    return this.#outside.toSorted((a, b) => a - b)[this.#outside.length >> 1];
  }

  stop(): void {
    this.#lines?.close();
    this.#process?.kill();
  }

  async #make(steps: number): Promise<RoundFigures> {
    const { stdin } = this.#started();
    stdin.write(`${steps}\n`);
    const answer = await this.#answers?.next();
    if (!answer || answer.done) {
      throw new RigError(
        'PROCESS_ENDED',
        `${this.#command.slice(0, 2).join(' ')} ended: ${this.#errors.slice(-2_000)}`,
      );
    }
    return JSON.parse(answer.value) as RoundFigures;
  }

  #started(): ChildProcessWithoutNullStreams {
    if (this.#process) return this.#process;
    const [program = '', ...args] = this.#command;
    const threads = { OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    const libraries = this.#libraries === undefined ? {} : { LD_LIBRARY_PATH: this.#libraries };
    const child = spawn(program, args, { env: { ...process.env, ...threads, ...libraries } });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#lines = createInterface({ input: child.stdout });
    this.#answers = this.#lines[Symbol.asyncIterator]();
    this.#process = child;
    return child;
  }
}
