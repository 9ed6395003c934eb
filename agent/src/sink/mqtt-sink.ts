import { describeError } from '../errors.ts';
import type { LocalBroker } from '../link/local-broker.ts';
import { recordLine, type Sink, type SinkRecord } from './sink.ts';
import type { MqttSinkConfig } from './sink-config.ts';

// Beyond this the broker is not keeping up, and memory on the device is worth more than old predictions.
const MOST_WAITING = 1_000;

/** Publishes predictions on a local broker. */
export class MqttSink implements Sink {
  readonly #config: MqttSinkConfig;
  readonly #connect: () => Promise<LocalBroker>;
  readonly #onProblem: (message: string) => void;
  readonly #waiting = new Set<Promise<void>>();
  #broker: LocalBroker | undefined;

  constructor(config: MqttSinkConfig, connect: () => Promise<LocalBroker>, onProblem: (message: string) => void) {
    this.#config = config;
    this.#connect = connect;
    this.#onProblem = onProblem;
  }

  async start(): Promise<void> {
    this.#broker = await this.#connect();
  }

  write(records: readonly SinkRecord[]): void {
    for (const record of records) {
      if (this.#waiting.size >= MOST_WAITING) {
        this.#onProblem(`${this.#config.topic}: expected fewer than ${MOST_WAITING} predictions to wait, dropped one`);
        continue;
      }
      const publication = this.#publish(recordLine(record, this.#config.fields ?? false));
      this.#waiting.add(publication);
      publication.finally(() => this.#waiting.delete(publication)).catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    // Closing lets the broker confirm what is under way, and gives up on the rest when it is not there.
    await this.#broker?.close();
    this.#broker = undefined;
  }

  async #publish(line: string): Promise<void> {
    try {
      await this.#broker?.publish(this.#config.topic, line);
    } catch (error) {
      this.#onProblem(`${this.#config.topic}: ${describeError(error).message}`);
    }
  }
}
