import { recordLine, type Sink, type SinkRecord } from './sink.ts';
import type { StdoutConfig } from './sink-config.ts';

/** Prints predictions, one line each. */
export class StdoutSink implements Sink {
  readonly #withFields: boolean;
  readonly #print: (text: string) => void;

  constructor(config: StdoutConfig, print: (text: string) => void) {
    this.#withFields = config.fields ?? false;
    this.#print = print;
  }

  async start(): Promise<void> {
    // Standard output is open from the beginning.
  }

  write(records: readonly SinkRecord[]): void {
    this.#print(records.map((record) => `${recordLine(record, this.#withFields)}\n`).join(''));
  }

  async stop(): Promise<void> {
    // Standard output belongs to the process.
  }
}
