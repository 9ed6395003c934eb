import type { OutsideError } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { GoldenResult } from '../inference/golden-test.ts';
import type { SourcePositions } from '../store/position-store.ts';
import type { Time } from '../time.ts';
import type { HttpDoor } from './http-door.ts';
import type { RunnableModel, RunnerSettings, RunnerSpec, WindowDelivery } from './runner-messages.ts';
import { RunnerProcess } from './runner-process.ts';
import { type RunnerProgram, startRunnerProcess } from './runner-program.ts';

/** What a slot's keeper works with. */
export interface SlotKeeperParts {
  readonly program: RunnerProgram;
  /** The listening socket of each HTTP source, by index of the source. */
  readonly doors: ReadonlyMap<number, HttpDoor>;
  readonly time: Time;
  /** How far the slot's sources were read, as last written to disk. */
  positions(): SourcePositions;
  onWindow(delivery: WindowDelivery): void;
  onProblem(code: string, message: string): void;
  /** The runner that serves has failed; nothing serves now. */
  onFailure(error: OutsideError): void;
}

/** What the serving process uses, and what it did. */
export interface RunnerHealth {
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
  readonly restarts: number;
  /** Predictions of this model since it began to serve in this start of the agent. */
  readonly inferences: number;
}

interface Serving {
  readonly process: RunnerProcess;
  readonly digest: string;
}

// Another runner serves: kept connections may come to their next request and be sent over.
const SWAP_GRACE_MS = 5_000;
// Nobody will serve: only what was begun is finished.
const STOP_GRACE_MS = 500;

/** Keeps one slot served by a runner process, and lets a new one take over from an old one. */
export class SlotKeeper {
  readonly #parts: SlotKeeperParts;
  #serving: Serving | undefined;
  #isReplacing = false;
  #restarts = 0;
  #counted = { digest: '', inferences: 0 };
  readonly #leaving = new Set<Promise<void>>();

  constructor(parts: SlotKeeperParts) {
    this.#parts = parts;
  }

  /** SHA-256 of the model whose bytes the serving process loaded, hex; undefined when nothing serves. */
  get servedDigest(): string | undefined {
    return this.#serving?.digest;
  }

  /** Undefined when nothing serves. */
  health(): RunnerHealth | undefined {
    if (this.#serving === undefined) return undefined;
    const { process, digest } = this.#serving;
    const beat = process.lastBeat;
    const before = this.#counted.digest === digest ? this.#counted.inferences : 0;
    return {
      rssBytes: beat?.rssBytes ?? 0,
      cpuSeconds: beat?.cpuSeconds ?? 0,
      uptimeSeconds: process.uptimeSeconds,
      restarts: this.#restarts,
      inferences: before + (beat?.inferences ?? 0),
    };
  }

  /** Serves a model and nothing else. Does nothing when it already serves. @throws OutsideError LOAD_FAILED, DIGEST_MISMATCH, RUNNER_CRASHED and others */
  async serve(spec: RunnerSpec): Promise<void> {
    if (this.#serving?.digest === spec.runnable.digest) return;
    if (this.#serving !== undefined) await this.stop();
    const process = this.#start();
    await this.#load(process, spec);
    if (this.#counted.digest === spec.runnable.digest) this.#restarts += 1;
    this.#crown(process, spec);
    process.takeOver(this.#parts.positions());
  }

  /**
   * Starts a model beside the one that serves and lets it take over: first new connections, then the sources that
   * only one can read. `commit` is called when the old one has delivered its last window and before the new one reads.
   *
   * @throws OutsideError as `serve`; the old one may have left by then
   */
  async replace(spec: RunnerSpec, commit: () => void): Promise<void> {
    this.#isReplacing = true;
    let newcomer: RunnerProcess | undefined;
    try {
      faultPoint('switch.before-start', spec.version);
      newcomer = this.#start();
      await this.#load(newcomer, spec);
      faultPoint('switch.new-loaded', spec.version);
      this.#lead(newcomer);
      const old = this.#serving;
      await old?.process.handOver(SWAP_GRACE_MS);
      faultPoint('switch.old-handed-over', spec.version);
      if (newcomer.failure !== undefined) throw newcomer.failure;
      commit();
      this.#dethrone();
      this.#crown(newcomer, spec);
      newcomer.takeOver(this.#parts.positions());
      if (old !== undefined) this.#seeOff(old.process);
    } catch (error) {
      newcomer?.kill();
      if (this.#serving?.process.isServing === true) this.#lead(this.#serving.process);
      else this.#dethrone();
      throw error;
    } finally {
      this.#isReplacing = false;
    }
  }

  /** Tells the serving process about new settings. */
  use(settings: RunnerSettings): void {
    this.#serving?.process.use(settings);
  }

  /** Tests a model in a process of its own. @throws OutsideError LOAD_FAILED, SELF_TEST_FAILED, RUNNER_CRASHED and others */
  async selfTest(runnable: RunnableModel, golden: Uint8Array, signal: AbortSignal): Promise<GoldenResult> {
    const process = this.#start();
    const onAbort = (): void => process.kill();
    signal.addEventListener('abort', onAbort);
    try {
      return await process.selfTest(runnable, golden);
    } finally {
      signal.removeEventListener('abort', onAbort);
      await process.killed();
    }
  }

  /** Ends whatever serves; its last window is delivered before this resolves. */
  async stop(): Promise<void> {
    const serving = this.#serving;
    this.#dethrone();
    await serving?.process.end(STOP_GRACE_MS);
    await Promise.all(this.#leaving);
  }

  #start(): RunnerProcess {
    const process: RunnerProcess = new RunnerProcess(
      startRunnerProcess(this.#parts.program),
      {
        onWindow: (delivery) => this.#parts.onWindow(delivery),
        onProblem: (code, message) => this.#parts.onProblem(code, message),
        onFailure: (error) => this.#onFailure(process, error),
      },
      this.#parts.time,
    );
    return process;
  }

  async #load(process: RunnerProcess, spec: RunnerSpec): Promise<void> {
    try {
      await process.load(spec);
    } catch (error) {
      await process.killed();
      throw error;
    }
  }

  #crown(process: RunnerProcess, spec: RunnerSpec): void {
    const { digest } = spec.runnable;
    if (this.#counted.digest !== digest) this.#counted = { digest, inferences: 0 };
    this.#serving = { process, digest };
    this.#lead(process);
  }

  /** The process no longer serves; what it counted is kept for the next one with the same model. */
  #dethrone(): void {
    if (this.#serving !== undefined) {
      const { process, digest } = this.#serving;
      const before = this.#counted.digest === digest ? this.#counted.inferences : 0;
      this.#counted = { digest, inferences: before + (process.lastBeat?.inferences ?? 0) };
    }
    this.#serving = undefined;
    this.#lead(undefined);
  }

  #lead(process: RunnerProcess | undefined): void {
    for (const [source, door] of this.#parts.doors) {
      door.lead(process === undefined ? undefined : (socket) => process.give(source, socket));
    }
  }

  #onFailure(process: RunnerProcess, error: OutsideError): void {
    if (this.#serving?.process !== process) return;
    this.#dethrone();
    // While another one is about to take over, the failure of the old one changes nothing.
    if (!this.#isReplacing) this.#parts.onFailure(error);
  }

  #seeOff(process: RunnerProcess): void {
    const gone = process.end(SWAP_GRACE_MS).finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }
}
