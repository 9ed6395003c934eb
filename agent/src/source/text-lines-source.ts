import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { describeError, OutsideError } from '../errors.ts';
import { pause, type Time } from '../time.ts';
import { type FilePlace, fileLines } from './file-lines.ts';
import { openNamedPipe, pipeLines } from './pipe-lines.ts';
import type { Intake, Source } from './source.ts';
import type { TextLinesConfig } from './source-config.ts';

/** Longest line that is taken, unless told otherwise. */
export const DEFAULT_LINE_BYTES: number = 64 * 1024;

const STANDARD_INPUT = '-';
const ROOM_MS = 20;
const RETRY_MS = 5_000;

/** What the text source of one process needs from outside. */
export interface TextLinesParts {
  readonly time: Time;
  /** Name of the feature that a line is; undefined when the model has no text, or several. */
  readonly field: string | undefined;
  /** Standard input, opened only where it is read. */
  input(): Readable;
  /** Different for each start of the agent: what was read of a pipe belongs to one of them. */
  readonly session: string;
}

/** What a position says. */
interface TextPosition {
  readonly file?: FilePlace | undefined;
  readonly pipe?: { readonly session: string; readonly rest: string } | undefined;
}

/** Gives each line of a file, a named pipe or standard input as a reading. Empty lines are none. */
export class TextLinesSource implements Source {
  readonly #config: TextLinesConfig;
  readonly #parts: TextLinesParts;
  #stopping = new AbortController();
  #finished: Promise<void> = Promise.resolve();

  constructor(config: TextLinesConfig, parts: TextLinesParts) {
    this.#config = config;
    this.#parts = parts;
  }

  async start(intake: Intake, position: unknown): Promise<void> {
    this.#stopping = new AbortController();
    if (this.#parts.field === undefined) {
      intake.fault('SOURCE_FAILED', `${this.#config.path}: expected "field", since the model has not exactly one text`);
      return;
    }
    this.#finished = this.#read(intake, (position ?? {}) as TextPosition);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#finished;
  }

  async #read(intake: Intake, from: TextPosition): Promise<void> {
    const { signal } = this.#stopping;
    let position = from;
    while (!signal.aborted) {
      try {
        const isPipe = await isPipePath(this.#config.path);
        const lines = isPipe ? this.#pipe(position) : this.#file(position);
        for await (const { text, next } of lines) {
          await this.#give(intake, text, next);
          position = next;
        }
        return;
      } catch (error) {
        intake.fault('SOURCE_FAILED', describeError(error).message);
        await pause(this.#parts.time, RETRY_MS, signal);
      }
    }
  }

  async *#file({ file }: TextPosition): AsyncGenerator<PlacedText, void> {
    const { path, follow = false, from = 'beginning', maxLineBytes = DEFAULT_LINE_BYTES } = this.#config;
    const options = { path, follow, from, maxLineBytes, time: this.#parts.time, signal: this.#stopping.signal };
    try {
      for await (const { line, place } of fileLines(options, file)) yield { text: line.text, next: { file: place } };
    } catch (cause) {
      throw new OutsideError('SOURCE_FAILED', `read ${path}`, { cause });
    }
  }

  async *#pipe({ pipe }: TextPosition): AsyncGenerator<PlacedText, void> {
    const { path, maxLineBytes = DEFAULT_LINE_BYTES } = this.#config;
    const { input, session } = this.#parts;
    const before = pipe?.session === session ? pipe.rest : '';
    try {
      const stream = path === STANDARD_INPUT ? input() : await openNamedPipe(path);
      for await (const { line, rest } of pipeLines(stream, before, maxLineBytes, this.#stopping.signal)) {
        yield { text: line.text, next: { pipe: { session, rest } } };
      }
    } catch (cause) {
      throw new OutsideError('SOURCE_FAILED', `read ${path === STANDARD_INPUT ? 'standard input' : path}`, { cause });
    }
  }

  async #give(intake: Intake, text: string | undefined, position: TextPosition): Promise<void> {
    const { path, maxLineBytes = DEFAULT_LINE_BYTES } = this.#config;
    if (text === undefined) {
      intake.fault('INPUT_INVALID', `${path}: expected lines of at most ${maxLineBytes} bytes, got a longer one`);
      return;
    }
    const line = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    if (line.trim() === '') return;
    const { signal } = this.#stopping;
    while (intake.room < 1 && !signal.aborted) await pause(this.#parts.time, ROOM_MS, signal);
    // A file is read again from the last position; a line of a pipe would be gone.
    if (signal.aborted && position.pipe === undefined) return;
    intake
      .take({ atMs: this.#parts.time.nowMs(), fields: { [this.#parts.field ?? '']: line }, position })
      .catch(() => undefined);
  }
}

interface PlacedText {
  readonly text: string | undefined;
  readonly next: TextPosition;
}

const BYTE_ORDER_MARK = '\uFEFF';

async function isPipePath(path: string): Promise<boolean> {
  if (path === STANDARD_INPUT) return true;
  try {
    return (await stat(path)).isFIFO();
  } catch (cause) {
    throw new OutsideError('SOURCE_FAILED', `open ${path}`, { cause });
  }
}
