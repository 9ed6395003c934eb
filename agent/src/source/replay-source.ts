import { existsSync } from 'node:fs';
import { describeError } from '../errors.ts';
import { labelOf, type Reading } from '../reading.ts';
import { pause, type Time } from '../time.ts';
import { type FileRow, readRows } from './row-file.ts';
import { SensorFaults } from './sensor-faults.ts';
import type { Intake, Source } from './source.ts';
import type { ReplayConfig } from './source-config.ts';

/** Where a replay continues. */
export interface ReplayPosition {
  /** Row of the file to read next, counted from 0. */
  readonly row: number;
  /** Readings delivered since the first start. */
  readonly delivered: number;
}

// Short enough to look steady, long enough to let an idle CPU sleep.
const SHORTEST_TICK_MS = 20;
// After a pause of the machine the replay does not try to make up for more than this.
const LONGEST_DEBT_MS = 1_000;
const RETRY_MS = 5_000;

/** Replays a recorded sensor at a steady rate, and continues where it stopped. */
export class ReplaySource implements Source {
  readonly #config: ReplayConfig;
  readonly #time: Time;
  readonly #faults: SensorFaults;
  #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor(config: ReplayConfig, time: Time, fileExists: (path: string) => boolean = existsSync) {
    this.#config = config;
    this.#time = time;
    this.#faults = new SensorFaults(config.faults ?? [], fileExists);
  }

  async start(intake: Intake, position: unknown): Promise<void> {
    this.#stopping = new AbortController();
    this.#finished = this.#replay(intake, parsePosition(position, this.#config.startRow ?? 0));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #replay(intake: Intake, from: ReplayPosition): Promise<void> {
    let position = from;
    const pacer = new Pacer(this.#config.rowsPerSecond, this.#time);
    while (!this.#stopping.signal.aborted) {
      try {
        const before = position.delivered;
        position = await this.#pass(intake, position, pacer);
        if (this.#config.loop !== true) return;
        // A file without a single row in range would otherwise be read round and round.
        if (position.delivered === before) await pause(this.#time, RETRY_MS, this.#stopping.signal);
        if (!this.#stopping.signal.aborted) position = { ...position, row: this.#config.startRow ?? 0 };
      } catch (error) {
        intake.fault('SOURCE_FAILED', describeError(error).message);
        await pause(this.#time, RETRY_MS, this.#stopping.signal);
      }
    }
  }

  /** One pass through the file; ends early when stopped. */
  async #pass(intake: Intake, from: ReplayPosition, pacer: Pacer): Promise<ReplayPosition> {
    const { kind, path, labelColumn, endRow = Number.POSITIVE_INFINITY } = this.#config;
    let row = -1;
    let delivered = from.delivered;
    for await (const fileRow of readRows(kind, path, labelColumn)) {
      row += 1;
      if (row < from.row || !this.#isMine(row)) continue;
      if (row >= endRow) break;
      await pacer.wait(intake, this.#stopping.signal);
      if (this.#stopping.signal.aborted) return { row, delivered };
      if (fileRow.problem !== undefined) {
        intake.fault('INPUT_INVALID', `${path}: ${fileRow.problem}`);
        continue;
      }
      const position: ReplayPosition = { row: row + 1, delivered: delivered + 1 };
      intake.take(this.#reading(fileRow, row, delivered, position)).catch(() => undefined);
      delivered += 1;
    }
    return { row: row + 1, delivered };
  }

  #isMine(row: number): boolean {
    const { shard } = this.#config;
    return shard === undefined || row % shard.count === shard.index;
  }

  #reading({ fields }: FileRow, row: number, delivered: number, position: ReplayPosition): Reading {
    const { labelColumn } = this.#config;
    const label = labelColumn === undefined ? undefined : fields[labelColumn];
    if (labelColumn !== undefined) delete fields[labelColumn];
    return {
      atMs: this.#time.nowMs(),
      fields: this.#faults.apply(fields, row, delivered),
      label: labelOf(label),
      position,
    };
  }
}

/** Lets rows through at a steady rate, in small groups. */
class Pacer {
  readonly #rowsPerSecond: number;
  readonly #time: Time;
  #lastMs: number;
  #credit = 0;

  constructor(rowsPerSecond: number, time: Time) {
    this.#rowsPerSecond = rowsPerSecond;
    this.#time = time;
    this.#lastMs = time.monotonicMs();
  }

  /** Resolves when the next row is due and the intake has room, or when `signal` is aborted. */
  async wait(intake: Intake, signal: AbortSignal): Promise<void> {
    this.#earn();
    while ((this.#credit < 1 || intake.room < 1) && !signal.aborted) {
      await pause(this.#time, Math.max(SHORTEST_TICK_MS, 1_000 / this.#rowsPerSecond), signal);
      this.#earn();
    }
    this.#credit -= 1;
  }

  #earn(): void {
    const nowMs = this.#time.monotonicMs();
    const earned = (Math.min(nowMs - this.#lastMs, LONGEST_DEBT_MS) * this.#rowsPerSecond) / 1_000;
    this.#credit = Math.min(this.#credit + earned, Math.max(1, this.#rowsPerSecond));
    this.#lastMs = nowMs;
  }
}

function parsePosition(position: unknown, startRow: number): ReplayPosition {
  const given = (position ?? {}) as Partial<ReplayPosition>;
  const row = typeof given.row === 'number' && given.row >= startRow ? given.row : startRow;
  return { row, delivered: typeof given.delivered === 'number' ? given.delivered : 0 };
}
