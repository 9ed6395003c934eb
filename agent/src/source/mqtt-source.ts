import { describeError } from '../errors.ts';
import type { LocalBroker } from '../link/local-broker.ts';
import { type FieldValue, labelOf } from '../reading.ts';
import type { Time } from '../time.ts';
import { parseFields } from './row-file.ts';
import type { Intake, Source } from './source.ts';
import type { MqttSourceConfig } from './source-config.ts';

/** Takes readings from a topic of a local broker. */
export class MqttSource implements Source {
  readonly #config: MqttSourceConfig;
  readonly #connect: (onProblem: (message: string) => void) => Promise<LocalBroker>;
  readonly #time: Time;
  #broker: LocalBroker | undefined;

  /** @param connect opens a session that the broker keeps for us, so that nothing is lost between two runners */
  constructor(
    config: MqttSourceConfig,
    connect: (onProblem: (message: string) => void) => Promise<LocalBroker>,
    time: Time,
  ) {
    this.#config = config;
    this.#connect = connect;
    this.#time = time;
  }

  async start(intake: Intake): Promise<void> {
    try {
      this.#broker = await this.#connect((message) => intake.fault('SOURCE_FAILED', message));
      this.#broker.subscribe(this.#config.topic, (payload) => this.#receive(intake, payload));
    } catch (error) {
      intake.fault('SOURCE_FAILED', describeError(error).message);
    }
  }

  async stop(): Promise<void> {
    await this.#broker?.close();
    this.#broker = undefined;
  }

  #receive(intake: Intake, payload: Buffer): void {
    for (const fields of this.#parse(intake, payload)) {
      const { labelField } = this.#config;
      const label = labelField === undefined ? undefined : fields[labelField];
      if (labelField !== undefined) delete fields[labelField];
      intake.take({ atMs: this.#time.nowMs(), fields, label: labelOf(label) }).catch(() => undefined);
    }
  }

  #parse(intake: Intake, payload: Buffer): Record<string, FieldValue>[] {
    let message: unknown;
    try {
      message = JSON.parse(payload.toString('utf8'));
    } catch {
      intake.fault('INPUT_INVALID', `${this.#config.topic}: expected JSON, got other bytes`);
      return [];
    }
    const items: unknown[] = Array.isArray(message) ? message : [message];
    return items.flatMap((item) => {
      const fields = parseFields(item);
      if (fields !== undefined) return [fields];
      intake.fault('INPUT_INVALID', `${this.#config.topic}: expected an object of numbers and texts`);
      return [];
    });
  }
}
