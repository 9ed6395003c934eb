import {
  digestFromHex,
  mergeViolations,
  type SamplePolicy,
  type TrustedKey,
  type ViolationCount,
} from '@edgeloop/protocol';
import { Backoff } from './backoff.ts';
import { describeError } from './errors.ts';
import { faultPoint } from './fault-point.ts';
import type { Log } from './log.ts';
import type { ProblemBook } from './problem-book.ts';
import { HttpDoor } from './runner/http-door.ts';
import type { RunnerSettings, RunnerSpec, WindowDelivery } from './runner/runner-messages.ts';
import type { RunnerProgram } from './runner/runner-program.ts';
import { SlotKeeper } from './runner/slot-keeper.ts';
import type { AgentStore } from './store/agent-store.ts';
import { CpuShare } from './telemetry/cpu-share.ts';
import { NO_SAMPLES } from './telemetry/no-samples.ts';
import type { SlotView } from './telemetry/state-report.ts';
import { pause, type Time } from './time.ts';
import type { ChunkLink, DownloadProgress } from './update/blob-download.ts';
import type { BlobFolder } from './update/blob-folder.ts';
import type { CrashPolicy } from './update/crash-policy.ts';
import type { SlotConfig } from './update/slot-config.ts';
import type { Installed, SlotRecord, Target } from './update/slot-record.ts';
import { SlotUpdater } from './update/slot-updater.ts';
import { UpdateSteps } from './update/update-steps.ts';
import type { VariantChooser } from './update/variant-chooser.ts';

/** What all slots of an agent share. */
export interface SlotParts {
  readonly deviceId: string;
  readonly keys: readonly TrustedKey[];
  readonly store: AgentStore<SlotRecord>;
  readonly folder: BlobFolder;
  readonly chunks: ChunkLink;
  readonly chooser: VariantChooser;
  readonly threads: number;
  readonly policy: CrashPolicy;
  readonly program: RunnerProgram;
  readonly problems: ProblemBook;
  readonly time: Time;
  readonly log: Log;
  random(): number;
  onChange(): void;
  /** Windows or samples were written. */
  onTelemetry(): void;
  onRest(): Promise<void>;
}

const RESTART = { firstMs: 500, maxMs: 60_000 };
const DOOR_RETRY_MS = 10_000;
const DEFAULT_HOST = '127.0.0.1';

/** One named place for a model: its doors, its runner, its updater. */
export class Slot {
  readonly name: string;
  readonly #parts: SlotParts;
  readonly #config: SlotConfig;
  readonly #doors = new Map<number, HttpDoor>();
  readonly #keeper: SlotKeeper;
  readonly #steps: UpdateSteps;
  readonly #updater: SlotUpdater;
  readonly #cpu: CpuShare;
  readonly #stopping = new AbortController();
  #settings: RunnerSettings;
  #progress: DownloadProgress | undefined;
  #odd: { readonly version: number; readonly violations: readonly ViolationCount[] } | undefined;

  constructor(name: string, config: SlotConfig, windowMs: number, parts: SlotParts) {
    this.name = name;
    this.#config = config;
    this.#parts = parts;
    this.#settings = { windowMs, samples: NO_SAMPLES };
    this.#cpu = new CpuShare(parts.time);
    for (const [index, source] of config.sources.entries()) {
      if (source.kind === 'http') this.#doors.set(index, new HttpDoor(parts.time));
    }
    this.#keeper = this.#makeKeeper();
    this.#steps = this.#makeSteps();
    this.#updater = this.#makeUpdater();
  }

  /** What the slot's record says, see `SlotRecord`. */
  get record(): SlotRecord {
    return this.#updater.record;
  }

  /** Port of each HTTP source. */
  get ports(): number[] {
    return [...this.#doors.values()].map((door) => door.port);
  }

  /** Values that the signature of the served version does not expect, in the windows since this start of the agent. */
  get violations(): readonly ViolationCount[] {
    return this.#odd?.version === this.record.current?.version ? (this.#odd?.violations ?? []) : [];
  }

  /** Opens the doors and serves what served before. Does not wait for either. */
  start(): void {
    for (const [index, door] of this.#doors) this.#background(this.#openDoor(index, door));
    this.#background(this.#updater.start());
  }

  /** Ends the runner; its last window is on disk when this resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#updater.stop();
    await this.#keeper.stop();
    for (const door of this.#doors.values()) door.close();
  }

  /** What desired state asks for; undefined when it does not name this slot. */
  want(target: Target | undefined, samples: SamplePolicy | undefined, windowMs: number): void {
    this.#settings = { windowMs, samples: samples ?? NO_SAMPLES };
    this.#keeper.use(this.#settings);
    this.#updater.want(target);
  }

  /** Runs the golden vectors of the served model again. */
  async selfTest(): Promise<void> {
    await this.#updater.selfTestAgain(this.#stopping.signal);
  }

  view(): SlotView {
    const health = this.#keeper.health();
    return {
      record: this.#updater.record,
      servedDigest: this.#keeper.servedDigest,
      inferences: health?.inferences ?? 0,
      progress: this.#progress,
      runner: health === undefined ? undefined : this.#cpu.look(health),
    };
  }

  #makeKeeper(): SlotKeeper {
    const { program, time, store, problems } = this.#parts;
    return new SlotKeeper({
      program,
      doors: this.#doors,
      time,
      positions: () => store.positions.load(this.name),
      onWindow: (delivery) => this.#takeWindow(delivery),
      onProblem: (code, message) => problems.raise(`${this.name}:${code}`, code, `${this.name}: ${message}`),
      onFailure: (error) => this.#updater.onRunnerFailure(error),
    });
  }

  #makeSteps(): UpdateSteps {
    const { folder, chunks, time, log, keys, chooser, threads, random, onChange } = this.#parts;
    return new UpdateSteps({
      ...{ folder, time, log, keys, chooser, threads, random },
      link: chunks,
      selfTest: (runnable, golden, signal) => this.#keeper.selfTest(runnable, golden, signal),
      onProgress: (progress) => {
        this.#progress = progress;
        onChange();
      },
    });
  }

  #makeUpdater(): SlotUpdater {
    const { store, policy, time, log, random, folder, problems, onChange, onRest } = this.#parts;
    return new SlotUpdater({
      ...{ policy, time, log, onChange, onRest },
      slot: this.name,
      store: store.slots,
      quarantine: store.quarantine,
      steps: this.#steps,
      keeper: this.#keeper,
      restarts: new Backoff(RESTART, random),
      specOf: (installed) => this.#specOf(installed),
      discard: (digest) => folder.discard(digest),
      onRunnerProblem: (problem) => {
        const matter = `${this.name}:runner`;
        if (problem === undefined) problems.settle(matter);
        else problems.raise(matter, problem.code, `${this.name}: ${problem.message}`);
      },
    });
  }

  async #specOf(installed: Installed): Promise<RunnerSpec> {
    const { folder, threads, deviceId } = this.#parts;
    const { signature, reference } = await this.#steps.release(installed);
    const { model, version, modelDigest, releaseDigest } = installed;
    return {
      ...{ deviceId, slot: this.name, model, version, reference },
      releaseDigest: digestFromHex(releaseDigest),
      runnable: { path: folder.path(modelDigest), digest: modelDigest, signature, threads },
      sources: this.#config.sources,
      sinks: this.#config.sinks,
      settings: this.#settings,
    };
  }

  /** A window, its samples and how far the sources were read become durable together. */
  #takeWindow({ window, samples, positions }: WindowDelivery): void {
    const { store, onTelemetry } = this.#parts;
    faultPoint('outbox.before-store');
    store.database.atomically(() => {
      if (window !== undefined) store.windows.add(store.boot, window);
      store.samples.add(samples);
      store.positions.save(this.name, positions);
    });
    faultPoint('outbox.after-store');
    if (window !== undefined) this.#countOdd(window);
    onTelemetry();
  }

  #countOdd({ version, violations }: NonNullable<WindowDelivery['window']>): void {
    const before = this.#odd?.version === version ? this.#odd.violations : [];
    this.#odd = { version, violations: mergeViolations([...before, ...violations]) };
  }

  async #openDoor(index: number, door: HttpDoor): Promise<void> {
    const source = this.#config.sources[index];
    if (source?.kind !== 'http') return;
    const matter = `${this.name}:door-${index}`;
    while (!this.#stopping.signal.aborted) {
      try {
        await door.open(source.port, source.host ?? DEFAULT_HOST);
        this.#parts.problems.settle(matter);
        this.#parts.log.info('listening', { slot: this.name, port: door.port });
        return;
      } catch (error) {
        const { code, message } = describeError(error, 'SOURCE_FAILED');
        this.#parts.problems.raise(matter, code, `${this.name}: ${message}`);
        await pause(this.#parts.time, DOOR_RETRY_MS, this.#stopping.signal);
      }
    }
  }

  #background(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.log.error('slot', { slot: this.name, ...describeError(error) }));
  }
}
