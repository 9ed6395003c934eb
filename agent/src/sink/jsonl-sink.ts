import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeError } from '../errors.ts';
import { recordLine, type Sink, type SinkRecord } from './sink.ts';
import type { JsonlConfig } from './sink-config.ts';

/** Size at which a file of predictions is put aside, unless told otherwise. */
export const DEFAULT_JSONL_BYTES: number = 64 * 1024 * 1024;

// Beyond this the disk is not keeping up.
const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** Appends predictions to a file. Keeps at most two files of `maxBytes`, so that a device's disk never fills up. */
export class JsonlSink implements Sink {
  readonly #config: JsonlConfig;
  readonly #onProblem: (message: string) => void;
  #file: FileHandle | undefined;
  #sizeBytes = 0;
  #waiting = '';
  #writing: Promise<void> | undefined;

  constructor(config: JsonlConfig, onProblem: (message: string) => void) {
    this.#config = config;
    this.#onProblem = onProblem;
  }

  async start(): Promise<void> {
    await mkdir(dirname(this.#config.path), { recursive: true });
    await this.#open();
  }

  write(records: readonly SinkRecord[]): void {
    if (this.#waiting.length > MOST_WAITING_BYTES) {
      this.#onProblem(`${this.#config.path}: the disk does not keep up, dropped ${records.length} predictions`);
      return;
    }
    for (const record of records) this.#waiting += `${recordLine(record, this.#config.fields ?? false)}\n`;
    this.#writing ??= this.#drain();
  }

  async stop(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #drain(): Promise<void> {
    while (this.#waiting !== '' && this.#file !== undefined) {
      const text = this.#waiting;
      this.#waiting = '';
      try {
        await this.#file.appendFile(text);
        this.#sizeBytes += Buffer.byteLength(text);
        if (this.#sizeBytes >= (this.#config.maxBytes ?? DEFAULT_JSONL_BYTES)) await this.#rotate();
      } catch (error) {
        this.#onProblem(`${this.#config.path}: ${describeError(error).message}`);
      }
    }
    this.#writing = undefined;
  }

  async #open(): Promise<void> {
    this.#file = await open(this.#config.path, 'a');
    this.#sizeBytes = (await this.#file.stat()).size;
  }

  async #rotate(): Promise<void> {
    await this.#file?.close();
    await rename(this.#config.path, `${this.#config.path}.1`);
    await this.#open();
  }
}
