import type { Broker, PublishOptions } from '../broker/broker.ts';

export interface Published extends PublishOptions {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** A Broker without devices that writes down what the hub says. */
export class RecordingBroker implements Broker {
  readonly published: Published[] = [];
  readonly disconnected: string[] = [];
  /** What `publish` waits for. */
  taken: (topic: string) => Promise<void> = () => Promise.resolve();

  async start(): Promise<number> {
    return 0;
  }

  async stop(): Promise<void> {
    // Nothing is open.
  }

  async publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    this.published.push({ topic, payload, ...options });
    await this.taken(topic);
  }

  onMessage(): void {
    // Nobody sends anything.
  }

  onConnection(): void {
    // Nobody comes or goes.
  }

  onRefusal(): void {
    // Nobody is refused.
  }

  async disconnect(deviceId: string): Promise<void> {
    this.disconnected.push(deviceId);
  }
}
