import {
  Ack,
  Command,
  type DesiredState,
  parseTopic,
  SampleBatch,
  TelemetryFrame,
  type TrustedKey,
  topics,
} from '@edgeloop/protocol';
import { Backoff } from './backoff.ts';
import { describeError } from './errors.ts';
import { faultPoint } from './fault-point.ts';
import type { HubChunkLink } from './link/hub-chunk-link.ts';
import type { Log } from './log.ts';
import type { ProblemBook } from './problem-book.ts';
import type { AgentStore } from './store/agent-store.ts';
import { DEFAULT_SENDER_LIMITS, OutboxSender } from './telemetry/outbox-sender.ts';
import type { Time } from './time.ts';
import { readDesired } from './update/desired-intake.ts';
import type { SlotRecord } from './update/slot-record.ts';

/** What the supervisor's path connects. */
export interface AgentPipelineParts {
  readonly deviceId: string;
  readonly keys: readonly TrustedKey[];
  readonly store: AgentStore<SlotRecord>;
  readonly problems: ProblemBook;
  readonly chunks: HubChunkLink;
  readonly time: Time;
  readonly log: Log;
  random(): number;
  publish(topic: string, payload: Uint8Array): Promise<void>;
  /** A desired state was taken. */
  onDesired(desired: DesiredState): void;
  onCommand(command: Command): void;
}

const PATIENCE = { firstMs: 5_000, maxMs: 60_000 };

/**
 * The supervisor's path on one page: windows and samples go from the outbox to the hub until it acknowledges them;
 * desired state comes from the hub, is verified, written down, and only then acted on.
 */
export class AgentPipeline {
  readonly #parts: AgentPipelineParts;
  readonly #telemetry: OutboxSender<unknown>;
  readonly #samples: OutboxSender<unknown>;

  constructor(parts: AgentPipelineParts) {
    const { store, deviceId, publish } = parts;
    this.#parts = parts;
    this.#telemetry = new OutboxSender({
      ...this.#senderParts(parts),
      outbox: store.windows,
      publish: ({ bootId, items }) =>
        publish(topics.telemetry.build(deviceId), TelemetryFrame.encode({ bootId, windows: items })),
    }) as OutboxSender<unknown>;
    this.#samples = new OutboxSender({
      ...this.#senderParts(parts),
      outbox: store.samples,
      publish: ({ bootId, items }) =>
        publish(topics.samples.build(deviceId), SampleBatch.encode({ bootId, samples: items })),
    }) as OutboxSender<unknown>;
  }

  /** The last desired state that was taken; undefined when there is none. Verified again: a disk may lie. */
  lastDesired(): DesiredState | undefined {
    const kept = this.#parts.store.desired.load();
    if (kept === undefined) return undefined;
    try {
      return readDesired(kept.envelope, { ...this.#parts, generation: kept.generation });
    } catch (error) {
      this.#raise('desired', error);
      return undefined;
    }
  }

  linkUp(): void {
    this.#telemetry.linkUp();
    this.#samples.linkUp();
  }

  linkDown(): void {
    this.#telemetry.linkDown();
    this.#samples.linkDown();
  }

  /** Something new lies in an outbox. */
  wake(): void {
    this.#telemetry.wake();
    this.#samples.wake();
  }

  /** A message from the hub. One that cannot be taken becomes a problem that the hub gets to see. */
  receive(topic: string, payload: Uint8Array): void {
    if (this.#parts.chunks.receive(topic, payload)) return;
    const name = parseTopic(topic)?.name;
    try {
      if (name === 'desired') this.#takeDesired(payload);
      else if (name === 'ack') this.#takeAck(Ack.decode(payload));
      else if (name === 'command') this.#parts.onCommand(Command.decode(payload));
      else return;
      this.#parts.problems.settle(name);
    } catch (error) {
      this.#raise(name ?? 'message', error);
    }
  }

  #takeDesired(envelope: Uint8Array): void {
    const { store, problems } = this.#parts;
    const generation = store.desired.load()?.generation ?? 0;
    const desired = readDesired(envelope, { ...this.#parts, generation });
    faultPoint('desired.before-persist', desired.generation);
    store.desired.save({ generation: desired.generation, envelope });
    faultPoint('desired.after-persist', desired.generation);
    problems.settle('desired');
    this.#parts.onDesired(desired);
  }

  #takeAck({ bootId, channel, upToSequence, rejections }: Ack): void {
    const sender = channel === 'telemetry' ? this.#telemetry : channel === 'samples' ? this.#samples : undefined;
    for (const { sequence, code, message } of rejections) {
      this.#parts.log.warn('rejected by the hub', { channel, bootId, sequence, code, reason: message });
      this.#parts.problems.raise(`rejected:${channel}`, code, `${channel} ${sequence} rejected by the hub: ${message}`);
    }
    sender?.acknowledge(bootId, upToSequence);
  }

  #senderParts({ time, random, log }: AgentPipelineParts) {
    return {
      limits: DEFAULT_SENDER_LIMITS,
      patience: new Backoff(PATIENCE, random),
      time,
      onHubLostData: (bootId: string, upToSequence: number): void =>
        log.warn('the hub lost what it had acknowledged; sending the rest under new numbers', { bootId, upToSequence }),
    };
  }

  #raise(matter: string, error: unknown): void {
    const { code, message } = describeError(error, 'MALFORMED_MESSAGE');
    this.#parts.log.warn('refused', { matter, code, reason: message });
    this.#parts.problems.raise(matter, code, message);
  }
}
