import type { TensorSpec } from '@edgeloop/protocol';
import { describeError, ReadingRefused } from '../errors.ts';
import type { Outcome, Reading } from '../reading.ts';
import type { Intake, Source } from './source.ts';
import type { WindowConfig } from './source-config.ts';
import { StreamWindows } from './stream-windows.ts';

/**
 * Makes the readings of a stream into windows: what goes on is a reading every `stride` of them, with the last `size`
 * as its window.
 *
 * The position of a window holds the readings that the next ones need, so that whoever continues there gives the same
 * windows as if nothing had happened, also where the stream itself cannot go back.
 */
export class WindowedSource implements Source {
  readonly #source: Source;
  readonly #input: TensorSpec;
  readonly #config: WindowConfig;

  /** @param input the window of the model */
  constructor(source: Source, input: TensorSpec, config: WindowConfig) {
    this.#source = source;
    this.#input = input;
    this.#config = config;
  }

  async start(intake: Intake, position: unknown): Promise<void> {
    const windows = new StreamWindows(this.#input, this.#config, heldIn(position), (group, most) =>
      intake.fault('SOURCE_FAILED', `expected at most ${most} groups, dropped the window of ${JSON.stringify(group)}`),
    );
    // The stream's own position lies beside what is held, so that it is found even by a model without windows.
    await this.#source.start(new WindowIntake(intake, windows), position);
  }

  async stop(graceMs: number): Promise<void> {
    await this.#source.stop(graceMs);
  }
}

class WindowIntake implements Intake {
  readonly #intake: Intake;
  readonly #windows: StreamWindows;

  constructor(intake: Intake, windows: StreamWindows) {
    this.#intake = intake;
    this.#windows = windows;
  }

  get room(): number {
    return this.#intake.room;
  }

  fault(...args: Parameters<Intake['fault']>): void {
    this.#intake.fault(...args);
  }

  /** A reading that completes no window is taken, and no more is to say of it. */
  async take(reading: Reading): Promise<Outcome> {
    let made: Reading | undefined;
    try {
      made = this.#windows.add(reading);
    } catch (error) {
      const { code, message } = describeError(error, 'INPUT_INVALID');
      this.fault('INPUT_INVALID', message, error instanceof ReadingRefused ? error.violation : undefined);
      return { failure: { code, message } };
    }
    return made === undefined ? NO_WINDOW_YET : this.#intake.take(made);
  }
}

const NO_WINDOW_YET: Outcome = { failure: { code: 'NO_WINDOW_YET', message: 'the window is not complete' } };

function heldIn(position: unknown): unknown {
  return typeof position === 'object' && position !== null && 'windows' in position ? position.windows : undefined;
}
