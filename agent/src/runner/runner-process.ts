import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { OutsideError } from '../errors.ts';
import type { GoldenResult } from '../inference/golden-test.ts';
import type { SourcePositions } from '../store/position-store.ts';
import type { Cancel, Time } from '../time.ts';
import { HANG_MS } from './heartbeat.ts';
import type {
  FromRunner,
  Heartbeat,
  RunnableModel,
  RunnerSettings,
  RunnerSpec,
  ToRunner,
  WindowDelivery,
} from './runner-messages.ts';

/** What the owner of a runner wants to hear. */
export interface RunnerEvents {
  onWindow(delivery: WindowDelivery): void;
  onProblem(code: string, message: string): void;
  /** The process ended without having been asked to. Told at most once. */
  onFailure(error: OutsideError): void;
}

/** Time limits of one runner, in milliseconds. */
export interface RunnerLimits {
  readonly loadMs: number;
  readonly selfTestMs: number;
  readonly handOverMs: number;
  /** From `hand-over` to the end of the process. */
  readonly endMs: number;
}

export const DEFAULT_RUNNER_LIMITS: RunnerLimits = {
  loadMs: 60_000,
  selfTestMs: 120_000,
  handOverMs: 10_000,
  endMs: 20_000,
};

/** One runner process, seen from the supervisor. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #time: Time;
  readonly #limits: RunnerLimits;
  readonly #events: RunnerEvents;
  readonly #startedMs: number;
  readonly #ended: Promise<void>;
  /** Messages until the process listens: one sent earlier can be lost to whatever listens before its own code does. */
  #early: ToRunner[] | undefined = [];
  #waiter: { resolve(message: FromRunner): void; reject(error: OutsideError): void } | undefined;
  #cancelHang: Cancel | undefined;
  #failure: OutsideError | undefined;
  #isEnding = false;
  #hasEnded = false;
  #lastBeat: Heartbeat | undefined;

  constructor(child: ChildProcess, events: RunnerEvents, time: Time, limits: RunnerLimits = DEFAULT_RUNNER_LIMITS) {
    this.#child = child;
    this.#events = events;
    this.#time = time;
    this.#limits = limits;
    this.#startedMs = time.monotonicMs();
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#onExit(code, signal);
        resolve();
      });
    });
    child.on('message', (message: FromRunner) => this.#receive(message));
    child.on('error', (cause) => this.#fail(new OutsideError('RUNNER_CRASHED', 'start a runner', { cause })));
    this.#awaitBeat();
  }

  /** What the process said last about itself; undefined before its first sign of life. */
  get lastBeat(): Heartbeat | undefined {
    return this.#lastBeat;
  }

  /** Why it failed; undefined while it has not. */
  get failure(): OutsideError | undefined {
    return this.#failure;
  }

  /** Whether it is there and was not asked to leave. */
  get isServing(): boolean {
    return !this.#isEnding && !this.#hasEnded && this.#failure === undefined;
  }

  get uptimeSeconds(): number {
    return (this.#time.monotonicMs() - this.#startedMs) / 1_000;
  }

  /** Loads a model; resolves with the digest of the bytes it loaded. @throws OutsideError LOAD_FAILED and others */
  async load(spec: RunnerSpec): Promise<string> {
    const answer = await this.#ask({ kind: 'load', spec }, 'loaded', this.#limits.loadMs, 'LOAD_FAILED');
    return answer.digest;
  }

  /** Runs the golden vectors. @throws OutsideError as `load`, SELF_TEST_FAILED when it takes too long */
  async selfTest(runnable: RunnableModel, golden: Uint8Array): Promise<GoldenResult> {
    const question: ToRunner = { kind: 'self-test', runnable, golden };
    const answer = await this.#ask(question, 'self-tested', this.#limits.selfTestMs, 'SELF_TEST_FAILED');
    return answer.result;
  }

  takeOver(positions: SourcePositions): void {
    this.#tell({ kind: 'take-over', positions });
  }

  use(settings: RunnerSettings): void {
    this.#tell({ kind: 'settings', settings });
  }

  /** Hands a connection over; false when the process cannot take it any more. */
  give(source: number, socket: Socket): boolean {
    if (this.#hasEnded || this.#isEnding || !this.#child.connected) return false;
    this.#child.send({ kind: 'connection', source } satisfies ToRunner, socket, { keepOpen: false }, () => undefined);
    return true;
  }

  /**
   * Has the runner free its sources; resolves when their last window was delivered. The process ends by itself soon
   * after, see `end`. A runner that does not answer is killed: its window is then read again by the next one.
   */
  async handOver(graceMs: number): Promise<void> {
    if (this.#hasEnded || this.#isEnding) return;
    this.#isEnding = true;
    const cancel = this.#time.after(this.#limits.endMs, () => this.kill());
    this.#ended.then(cancel, cancel);
    try {
      await this.#ask({ kind: 'hand-over', graceMs }, 'handed-over', this.#limits.handOverMs, 'RUNNER_HUNG');
    } catch {
      // Whatever kept it from answering, its sources are free once it is gone.
      this.kill();
      await this.#ended;
    }
  }

  /** Hands over and waits until the process is gone. */
  async end(graceMs: number): Promise<void> {
    await this.handOver(graceMs);
    await this.#ended;
  }

  /** Ends the process at once. */
  kill(): void {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
  }

  /** Kills it and waits until it is gone. */
  async killed(): Promise<void> {
    this.kill();
    await this.#ended;
  }

  async #ask<Kind extends FromRunner['kind']>(
    question: ToRunner,
    kind: Kind,
    limitMs: number,
    lateCode: 'LOAD_FAILED' | 'SELF_TEST_FAILED' | 'RUNNER_HUNG',
  ): Promise<Extract<FromRunner, { kind: Kind }>> {
    if (this.#failure !== undefined) throw this.#failure;
    const answer = new Promise<FromRunner>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    const cancel = this.#time.after(limitMs, () => {
      this.#waiter?.reject(new OutsideError(lateCode, `expected the runner to answer in ${limitMs} ms`));
    });
    this.#tell(question);
    try {
      const message = await answer;
      if (message.kind === kind) return message as Extract<FromRunner, { kind: Kind }>;
      throw new OutsideError(lateCode, `expected ${kind} from the runner, got ${message.kind}`);
    } finally {
      cancel();
      this.#waiter = undefined;
    }
  }

  #tell(message: ToRunner): void {
    if (this.#early !== undefined) {
      this.#early.push(message);
      return;
    }
    // A process that is gone is noticed by its exit.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  #receive(message: FromRunner): void {
    this.#awaitBeat();
    this.#tellEarly();
    if (message.kind === 'window') this.#events.onWindow(message);
    else if (message.kind === 'heartbeat') this.#lastBeat = message;
    else if (message.kind === 'problem') this.#events.onProblem(message.code, message.message);
    else if (message.kind === 'failed') this.#fail(new OutsideError(failureCode(message.code), message.message));
    else this.#waiter?.resolve(message);
  }

  /** The first sign of life says that the process listens. */
  #tellEarly(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#tell(message);
  }

  #awaitBeat(): void {
    this.#cancelHang?.();
    this.#cancelHang = undefined;
    if (this.#hasEnded) return;
    this.#cancelHang = this.#time.after(HANG_MS, () => {
      this.#fail(new OutsideError('RUNNER_HUNG', `expected a sign of life within ${HANG_MS} ms`));
    });
  }

  #fail(error: OutsideError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    const isUnexpected = !this.#isEnding;
    this.kill();
    if (this.#waiter !== undefined) this.#waiter.reject(error);
    else if (isUnexpected) this.#events.onFailure(error);
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#hasEnded = true;
    this.#cancelHang?.();
    const how = signal === null ? `code ${code}` : signal;
    const error = new OutsideError('RUNNER_CRASHED', `the runner ended with ${how}`);
    if (this.#isEnding) this.#waiter?.reject(error);
    else this.#fail(error);
  }
}

function failureCode(code: string): OutsideError['code'] {
  return code as OutsideError['code'];
}
